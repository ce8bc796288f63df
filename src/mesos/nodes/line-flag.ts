/** How a master's flags name the address of its line, for those who know its HTTP door only. */
export const LINE_FLAG = 'line_address'
