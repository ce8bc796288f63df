/** The parser of command lines that `troupe` uses; the one place that names it. */
export { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
