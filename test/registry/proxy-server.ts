import { createServer, request as forward, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy on a free loopback port: tunnels by CONNECT, and passes plain HTTP on. */
export class ProxyServer {
  /** `CONNECT host:port` or `GET http://…`, in the order of arrival. */
  readonly asked: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** Answers all with that status in place of passing on. */
  refuses: number | undefined;
  /** Where a name leads that no resolver knows. */
  readonly hosts = new Map<string, number>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((request, response) => {
      this.#note(request);
      if (this.refuses !== undefined) response.writeHead(this.refuses).end('<html>refused</html>');
      else {
        const url = new URL(request.url ?? '');
        const port = this.hosts.get(url.host) ?? Number(url.port);
        const { method, headers } = request;
        const onward = forward({ host: '127.0.0.1', port, path: url.pathname + url.search, method, headers });
        onward.on('response', (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        });
        onward.end();
      }
    });
    this.#server.on('connect', (request: IncomingMessage, socket: Socket) => this.#tunnel(request, socket));
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #note({ method, url, headers }: IncomingMessage): void {
    this.asked.push(`${method} ${url}`);
    this.authorizations.push(headers['proxy-authorization']);
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    this.#note(request);
    socket.on('error', () => undefined);
    if (this.refuses !== undefined) {
      socket.end(`HTTP/1.1 ${this.refuses} Refused\r\n\r\n`);
      return;
    }
    const [, port] = (request.url ?? '').split(':');
    const onward = connect(this.hosts.get(request.url ?? '') ?? Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    this.#sockets.add(onward);
    onward.on('error', () => socket.destroy());
  }
}
