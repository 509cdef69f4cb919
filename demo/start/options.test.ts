import { readOptions } from './options';

/** Commander ends the process when an option is wrong: here it says why instead. */
function refused(...args: string[]): string {
  const said: string[] = [];
  const write = jest.spyOn(process.stderr, 'write').mockImplementation(text => { said.push(String(text)); return true; });
  const exit = jest.spyOn(process, 'exit').mockImplementation(code => { throw new Error(`exit ${code}`); });
  try {
    expect(() => readOptions(args)).toThrow('exit 1');
    return said.join('');
  } finally { write.mockRestore(); exit.mockRestore(); }
}

test.each<[string[], RegExp]>([
  [['--date', '2026-02-30'], /--date <day>.*2026-02-30.*a date as YYYY-MM-DD/], [['--date', '2025-02-29'], /YYYY-MM-DD/], [['--date', '2026-1-1'], /YYYY-MM-DD/], [['--date', 'today'], /YYYY-MM-DD/],
  [['--port', '33.5'], /a whole number from 0 to 65535/], [['--port', ''], /a whole number/], [['--port', '-1'], /0 to 65535/], [['--port', '70000'], /0 to 65535/],
  [['--scale', '0'], /a number from 0.01 to 1/], [['--scale', 'big'], /0.01 to 1/], [['--patience', '-1'], /0 to 3600/],
  [['--onec'], /unknown option '--onec'[\s\S]*--once/], [['demo'], /too many arguments/], [['--data'], /argument missing/],
])('%j is refused with what is allowed', (args, said) => { expect(refused(...args)).toMatch(said); });

test('what is allowed', () => {
  expect(readOptions(['--date', '2028-02-29', '--port', '0', '--scale', '0.01', '--once', '--json', '--patience', '0'])).toMatchObject({ date: '2028-02-29', port: 0, scale: 0.01, once: true, json: true, patience: 0, config: null, data: '.soc' });
});
