import { describe, expect, it } from '@jest/globals';
import { createLogger, type LoggerOptions } from '../../src/telemetry/index.ts';

async function collect(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const logger = await createLogger({
    format: 'json',
    ...options,
    stream: { write: (line) => void lines.push(line) },
  });
  return { logger, lines };
}

describe('createLogger', () => {
  it('writes one JSON object per line, with level and time in words', async () => {
    const { logger, lines } = await collect();
    logger.info({ namespace: 'shop' }, 'Resolved.');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      namespace: 'shop',
      msg: 'Resolved.',
    });
  });

  it('writes readable lines when asked to', async () => {
    const { logger, lines } = await collect({ format: 'text' });
    logger.warn({ stream: 'ruby' }, 'Not synced.');
    const text = lines.join('');
    expect(text).toContain('WARN');
    expect(text).toContain('Not synced.');
    expect(text).toContain('stream: "ruby"');
    expect(() => JSON.parse(text)).toThrow();
  });

  it.each([
    ['info', undefined, ['info', 'error']],
    ['debug', 'debug', ['debug', 'info', 'error']],
    ['error', 'error', ['error']],
    ['nothing', 'silent', []],
  ] as const)('lets %s through when the level is %s', async (_from, level, expected) => {
    const { logger, lines } = await collect(level === undefined ? {} : { level });
    logger.debug('a');
    logger.info('b');
    logger.error('c');
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected);
  });

  it.each([['authorization'], ['Authorization'], ['password'], ['token'], ['key'], ['cookie']])(
    'blots out %s, up to two objects down',
    async (field) => {
      const { logger, lines } = await collect();
      logger.info({
        [field]: 's3cret',
        req: { [field]: 's3cret', headers: { [field]: 's3cret', host: 'h' } },
      });
      logger.child({ [field]: 's3cret' }).info('child');
      expect(lines.join('')).not.toContain('s3cret');
      expect(JSON.parse(lines[0]!).req.headers).toEqual({ [field]: '[redacted]', host: 'h' });
    },
  );

  it('blots out secrets in readable lines, too', async () => {
    const { logger, lines } = await collect({ format: 'text' });
    logger.info({ token: 's3cret' }, 'Logged in.');
    expect(lines.join('')).toContain('[redacted]');
    expect(lines.join('')).not.toContain('s3cret');
  });

  it.each(['err', 'error'])(
    'writes an error under %s with its causes, and nothing that hangs on it',
    async (name) => {
      const { logger, lines } = await collect();
      const cause = Object.assign(new TypeError('no route'), {
        code: 'EHOSTUNREACH',
        request: { auth: 's3cret' },
      });
      logger.error({ [name]: new Error('cannot list', { cause }) }, 'Failed.');
      expect(JSON.parse(lines[0]!)[name]).toEqual({
        type: 'Error',
        message: 'cannot list',
        stack: expect.stringContaining('logger.test.ts'),
        cause: { type: 'TypeError', message: 'no route', code: 'EHOSTUNREACH', stack: expect.any(String) },
      });
      expect(lines[0]).not.toContain('s3cret');
    },
  );
});
