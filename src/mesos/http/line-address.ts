/** How a master's flags name the address of its line. */
export const LINE_FLAG = 'line_address'
/** The header by which `/health`, which needs no credentials, tells it to those who know the HTTP door only. */
export const LINE_HEADER = 'troupe-line'
