import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Path → what is in it, in one layer of an image. */
type Layer = Readonly<Record<string, string>>

/** The shell of this machine and all that it loads: enough of a root file system to run something in. */
function putShell(root: string): void {
  const loaded =
    execFileSync('/usr/bin/ldd', ['/bin/sh'], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  for (const path of ['/bin/sh', ...loaded]) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    cpSync(path, join(root, path), { dereference: true })
  }
}

/**
 * Writes an image of this machine's shell and some files as `docker save` writes it. The shell is in the first layer.
 */
export function writeDockerArchive(
  archive: string,
  layers: readonly Layer[],
  config: Readonly<Record<string, unknown>>,
  tag = 'shell:latest',
): void {
  const made = mkdtempSync(join(tmpdir(), 'troupe-image-'))
  try {
    const digests: string[] = []
    const names = layers.map((layer, i) => {
      const root = join(made, `root-${i}`)
      mkdirSync(root)
      if (i === 0) putShell(root)
      for (const [path, text] of Object.entries(layer)) {
        mkdirSync(join(root, dirname(path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
      mkdirSync(join(made, String(i)))
      execFileSync('tar', ['-cf', join(made, `${i}/layer.tar`), '-C', root, '.'])
      const digest = createHash('sha256').update(readFileSync(join(made, `${i}/layer.tar`)))
      digests.push(`sha256:${digest.digest('hex')}`)
      return `${i}/layer.tar`
    })
    const image = {
      architecture: 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: digests },
    }
    writeFileSync(join(made, 'config.json'), JSON.stringify(image))
    const manifest = [{ Config: 'config.json', RepoTags: [tag], Layers: names }]
    writeFileSync(join(made, 'manifest.json'), JSON.stringify(manifest))
    const parts = ['manifest.json', 'config.json', ...names]
    execFileSync('tar', ['-cf', archive, '-C', made, ...parts])
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}
