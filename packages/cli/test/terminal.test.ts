/** What a person sees: tables that fit, colours and live lines only where they belong, and troubles with what to do. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { main } from '../src/main.ts'
import { layoutTable, wrap } from '../src/table.ts'
import { createTerminal, type Stream } from '../src/terminal.ts'

const escapeCode = '\u001b'

function recorder(more: Partial<Stream> = {}): Stream & { text(): string } {
  const written: string[] = []
  return { ...more, write: (text) => written.push(text), text: () => written.join('') }
}

describe('a table', () => {
  const columns = [
    { title: '#', least: 1, align: 'right' },
    { title: 'scenario', least: 8 },
    { title: 'observed', least: 8 },
  ] as const
  const rows = [
    [{ text: '1' }, { text: 'a presigned URL carried to the public host' }, { text: 'refused: IAM at use' }],
  ]

  it('fits every width that its columns can take, without losing a word', () => {
    for (const width of [24, 30, 40, 60, 100]) {
      const lines = layoutTable(columns, rows, width)
      assert.ok(Math.max(...lines.map((line) => line.length)) <= width, `${width}: ${lines.join('|')}`)
      const words = lines.slice(2).join(' ')
      for (const word of rows.flat().flatMap((cell) => cell.text.split(' '))) assert.ok(words.includes(word), word)
    }
  })

  it('keeps one line a row where there is room', () => {
    assert.deepEqual(layoutTable(columns, rows, 100), [
      '#  scenario                                    observed',
      '─  ──────────────────────────────────────────  ───────────────────',
      '1  a presigned URL carried to the public host  refused: IAM at use',
    ])
  })

  it('cuts what has no blank to break at', () => {
    assert.deepEqual(wrap('abcdefgh ij', 3), ['abc', 'def', 'gh', 'ij'])
  })
})

describe('the terminal', () => {
  it('paints on a TTY, and neither in a pipe nor with NO_COLOR', () => {
    const painted = (out: Stream, environment = {}) => createTerminal(out, recorder(), environment).style('red', 'no')
    assert.ok(painted(recorder({ isTTY: true })).startsWith(escapeCode))
    assert.equal(painted(recorder()), 'no')
    assert.equal(painted(recorder({ isTTY: true }), { NO_COLOR: '1' }), 'no')
    assert.equal(painted(recorder({ isTTY: true }), { TERM: 'dumb' }), 'no')
  })

  it('shows a step live on a TTY, and as one plain line otherwise', () => {
    const tty = recorder({ isTTY: true, columns: 20 })
    const live = createTerminal(recorder(), tty, {}).step('a step with a title that is far too long')
    assert.match(tty.text(), /a step with a ti…/)
    live.end('done', 'over')
    const plain = recorder()
    const step = createTerminal(recorder(), plain, {}).step('booting')
    step.update('booting: hosts')
    assert.equal(plain.text(), '')
    step.end('failed', 'booting failed')
    step.end('done', 'again')
    assert.match(plain.text(), /^✖ booting failed {2}\d+\.\d s\n$/)
  })

  it('lets no control character of a world repaint the screen', () => {
    const out = recorder()
    createTerminal(out, recorder(), {}).table([{ title: 'x', least: 1 }], [[{ text: `a${escapeCode}[2Jb` }]])
    assert.ok(!out.text().includes(escapeCode))
  })
})

describe('the command line', () => {
  async function run(...args: readonly string[]) {
    const [out, err] = [recorder(), recorder()]
    const code = await main(args, createTerminal(out, err, {}))
    return { code, out: out.text(), err: err.text() }
  }
  const shape = /^what went wrong: .+\nwhere: .+\nwhat to do: .+\n$/

  const cases: readonly { readonly args: readonly string[]; readonly code: number; readonly err: RegExp }[] = [
    { args: ['dmeo'], code: 2, err: /no command `dmeo`[\s\S]*did you mean `demo`/ },
    { args: ['demo', '--onyl', 'x'], code: 2, err: /unknown option `--onyl`/ },
    { args: ['demo', '--only'], code: 2, err: /--only/ },
    { args: ['demo', '--only', 'nothing-like-it'], code: 2, err: /no scenario's name contains `nothing-like-it`/ },
    { args: ['demo', '--scp', 'a.json', '--no-scp'], code: 2, err: /exclude each other/ },
    { args: ['demo', '--scp', '/nowhere/scp.json'], code: 3, err: /there is no such file/ },
    { args: ['twin'], code: 2, err: /`up` is missing/ },
    { args: ['twin', 'down'], code: 2, err: /run `studio-gate twin up`/ },
    { args: ['twin', 'up', '--switch', 'studio.polcy=live'], code: 2, err: /did you mean `studio.policy`/ },
    { args: ['twin', 'up', '--switch', 'studio.policy=never'], code: 2, err: /take one of live, at-mint/ },
    { args: ['twin', 'up', '--port-base', '80'], code: 2, err: /1024/ },
    { args: ['twin', 'up', '--template', '/nowhere/t.json'], code: 3, err: /there is no such file/ },
    { args: ['synth', '--declaration', '/nowhere/studio-gate.yaml'], code: 3, err: /there is no such file/ },
    {
      args: ['synth', '--out', `${import.meta.filename}/out`],
      code: 3,
      err: /a file stands where a folder is needed|a part of this path is a file/,
    },
    { args: ['demo', '--report', `${import.meta.filename}/x`], code: 3, err: /folder is needed/ },
    { args: ['synth', 'extra'], code: 2, err: /one word too many/ },
    { args: ['idp', '--outputs', '/nowhere/outputs.json'], code: 3, err: /there is no such file/ },
    { args: ['help', 'dem'], code: 2, err: /did you mean `demo`/ },
  ]
  for (const { args, code, err } of cases) {
    it(`${args.join(' ')}: exits with ${code}, says what, where and what to do, and shows no stack`, async () => {
      const ran = await run(...args)
      const lines = ran.err
        .split('\n')
        .filter((line) => !line.startsWith('note: '))
        .join('\n')
      assert.equal(ran.code, code, ran.err)
      assert.match(lines, shape)
      assert.match(lines, err)
      assert.ok(!/\n\s+at /.test(ran.err))
      assert.equal(ran.out, '')
    })
  }

  it('shows the stack with --debug', async () => {
    const { err } = await run('twin', 'down', '--debug')
    assert.match(err, /\n\s+at /)
  })

  it('explains itself', async () => {
    const all = await run('help')
    assert.equal(all.code, 0)
    for (const name of ['demo', 'synth', 'twin', 'idp', 'version', 'help']) {
      assert.ok(all.out.includes(`studio-gate ${name}`), name)
      const one = await run('help', name)
      assert.equal(one.code, 0)
      assert.equal((await run(name, '--help')).out, one.out)
    }
    assert.match((await run('--version')).out, /^studio-gate \d+\.\d+\.\d+\nnode 2[4-9]/)
    assert.equal((await run()).code, 2)
  })

  it('says so at once where the system makes no folder', {
    skip: !existsSync('/proc/self') && 'this system has no /proc',
  }, async () => {
    for (const args of [
      ['synth', '--out', '/proc/studio-gate/out'],
      ['demo', '--report', '/proc/studio-gate'],
    ]) {
      const { code, err } = await run(...args)
      assert.equal(code, 3)
      assert.match(err, /no folder can be made here\nwhere: \/proc\/studio-gate\n/)
    }
  })
})
