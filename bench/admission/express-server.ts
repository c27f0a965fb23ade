import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { constantAnswer } from './constant-answer.ts';

/** The same as the bare server in Express as its own documentation writes it. */
const [directory = ''] = process.argv.slice(2);

const app = express();
app.use(express.json({ limit: '8mb' }));
app.post(['/mutate', '/validate'], (request, response) => {
  response.json(constantAnswer(request.body));
});

const server = createServer(
  { cert: readFileSync(join(directory, 'tls.crt')), key: readFileSync(join(directory, 'tls.key')) },
  app,
);

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
