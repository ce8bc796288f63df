import cliProgress from 'cli-progress'
import type { Progress, ProgressBar } from '../progress.ts'

/** Bars on standard error; without a terminal, a line for every quarter of the work. */
export const nodeProgress: Progress = {
  start(label, total): ProgressBar {
    return process.stderr.isTTY ? terminalBar(label, total) : quarterLines(label, total)
  },
}

function terminalBar(label: string, total: number): ProgressBar {
  const bar = new cliProgress.SingleBar({
    format: `${label.padEnd(10)} {bar} {value}/{total} {note}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
  })
  bar.start(total, 0, { note: '' })
  return {
    update: (done, note = '') => {
      bar.update(done, { note })
    },
    finish: () => {
      bar.stop()
    },
  }
}

function quarterLines(label: string, total: number): ProgressBar {
  let said = 0
  return {
    update(done, note = '') {
      const quarter = Math.floor((done / Math.max(1, total)) * 4)
      if (quarter <= said) return
      said = quarter
      process.stderr.write(
        `${label.padEnd(10)} ${String(done)}/${String(total)} ${note}`.trimEnd() + '\n',
      )
    },
    finish: () => undefined,
  }
}
