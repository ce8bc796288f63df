import test from 'ava'

import { printable } from '../../src/platform/printable.ts'

test('a text from elsewhere takes one line of a terminal, and does not steer it', (t) => {
  t.is(printable('Order (größer) 😀 → “x”'), 'Order (größer) 😀 → “x”')
  t.is(printable('two\nlines\r\tmore\u2028'), 'two lines  more ')
  t.is(printable('\u001b[2J\u0007\u009b'), '\\u001b[2J\\u0007\\u009b')
  t.is(printable('\u202eabc'), '\\u202eabc')
})
