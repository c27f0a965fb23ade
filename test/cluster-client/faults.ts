import { type Fault, status } from './api-server.ts';
import { json } from './http-server.ts';

/** Answers with a Status of failure. */
export const refuse =
  (code: number, reason: string, headers = {}): Fault =>
  (response) =>
    json(response, code, status(code, reason), headers);

/** Never answers. */
export const hang: Fault = () => {};

/** Ends the connection instead of an answer. */
export const cut: Fault = (response) => response.socket?.destroy();
