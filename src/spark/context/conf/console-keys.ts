import { withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, time } from './parsers.ts'

/** Keys of what the driver shows on its terminal. */
export interface ConsoleKeys {
  readonly 'spark.ui.showConsoleProgress': boolean
  /** In ms. */
  readonly 'spark.ui.consoleProgress.update.interval': number
}

export const CONSOLE_ENTRIES: ConfEntries<ConsoleKeys> = {
  'spark.ui.showConsoleProgress': withDefault(
    flag,
    'false',
    'whether running stages have progress bars, if stderr is a terminal; true in `spark-shell` and for what `spark-submit` runs',
  ),
  'spark.ui.consoleProgress.update.interval': withDefault(
    time('ms', false),
    '200ms',
    'how often the bars are drawn',
  ),
}
