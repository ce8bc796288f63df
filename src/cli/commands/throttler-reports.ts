import { Option, type Command } from '../command-line.ts'
import {
  REPORT_FLAGS,
  parseThreshold,
  type ReportFlags,
  type Threshold,
} from '../../throttler/index.ts'

/** What a command line asks to be told of a run. */
export type ThrottlerReportFlags = ReportFlags

/** Adds the flags of reports to a command. */
export function addReportFlags(command: Command): Command {
  for (const [flag, description] of Object.entries(REPORT_FLAGS)) {
    const option = new Option(flag, description)
    if (option.attributeName() === 'failIf') option.argParser(limit)
    command.addOption(option)
  }
  return command
}

/** @throws TROUPE_THROTTLER_THRESHOLD_INVALID */
function limit(text: string, before: readonly Threshold[] = []): readonly Threshold[] {
  return [...before, parseThreshold(text)]
}
