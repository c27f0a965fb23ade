import type { RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type AcceptedClients, handshakeRefusal, nameRefusal } from './accepted-clients.ts';
import type { CertificatePair } from './pair.ts';

export interface HttpsServerOptions {
  readonly listener: RequestListener;
  /** Undefined when there is none yet: until `useCertificate` every handshake fails. */
  readonly certificate: CertificatePair | undefined;
  /** Of an idle connection, in milliseconds. */
  readonly keepAliveMs: number;
  readonly maxConnections: number;
  /** Who may connect; everybody if absent. */
  readonly clients?: AcceptedClients | undefined;
}

/** What is answered to a request. */
export interface HttpsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const minVersion = 'TLSv1.2';
const longestPartMs = 10_000;

/**
 * An HTTPS server, TLS 1.2 and 1.3, HTTP/1.1, whose certificate can be swapped. Every connection and every part of a request has
 * its limit, and closing lets what is under way finish.
 */
export class HttpsServer {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  #certificate: CertificatePair | undefined;
  #authorities: string | undefined;
  #cut = false;
  #draining = false;

  constructor({ listener, certificate, keepAliveMs, maxConnections, clients }: HttpsServerOptions) {
    this.#certificate = certificate;
    this.#authorities = clients?.authorities;
    this.#server = createServer(
      {
        ...this.#context(certificate),
        requestCert: clients !== undefined,
        rejectUnauthorized: clients !== undefined,
        keepAliveTimeout: keepAliveMs,
        headersTimeout: longestPartMs,
        requestTimeout: longestPartMs,
        handshakeTimeout: longestPartMs,
      },
      listener,
    );
    this.#server.maxConnections = maxConnections;
    this.#server.on('tlsClientError', (error, socket) => {
      const reason = clients && handshakeRefusal(error, socket);
      if (reason !== undefined) clients?.onRefused({ address: socket.remoteAddress, reason });
    });
    // before a request is read of it
    if (clients) this.#server.prependListener('secureConnection', (socket) => admit(socket, clients));
    // a connection is known twice, as it comes in and once its handshake is done
    for (const event of ['connection', 'secureConnection'] as const) {
      this.#server.on(event, (socket: Duplex) => this.#hold(socket));
    }
  }

  /** Serves with another certificate from the next handshake on; throws, and keeps the old one, if the pair does not match. */
  useCertificate(certificate: CertificatePair): void {
    this.#server.setSecureContext(this.#context(certificate));
    this.#certificate = certificate;
  }

  /** Takes clients of other authorities from the next handshake on; only where `clients` were given. */
  useAuthorities(authorities: string): void {
    this.#authorities = authorities;
    if (this.#certificate !== undefined) this.#server.setSecureContext(this.#context(this.#certificate));
  }

  /** Resolves to the port once connections are accepted; rejects when the address is taken. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(address.port, address.host, () => {
        this.#server.off('error', reject);
        // an error of a single accept is no reason to end
        this.#server.on('error', () => {});
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Ends a response; nothing happens when nobody waits for it any more. */
  answer(response: ServerResponse, { status, headers, body }: HttpsAnswer): void {
    if (response.destroyed) return;
    if (this.#draining) response.setHeader('connection', 'close');
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }

  /** From now on each connection is closed after its answer, so that clients go elsewhere by themselves. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Takes no new connection, finishes what is under way, closes each connection after its answer; then resolves. What is
   * still open after `graceMs` is cut: some clients dial connections that they may never use. Harmless when not listening.
   */
  close(graceMs: number): Promise<void> {
    this.drain();
    return new Promise((resolve) => {
      const cut = setTimeout(() => this.#cutAll(), graceMs);
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
    });
  }

  #context(pair: CertificatePair | undefined) {
    return {
      ...(pair && { cert: pair.certificate, key: pair.key }),
      ...(this.#authorities !== undefined && { ca: this.#authorities }),
      minVersion,
    } as const;
  }

  #hold(socket: Duplex): void {
    if (this.#cut) socket.destroy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Node's own list lacks connections that are still in their handshake. */
  #cutAll(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}

function admit(socket: TLSSocket, { names, onRefused }: AcceptedClients): void {
  const reason = nameRefusal(socket, names);
  if (reason === undefined) return;
  const address = socket.remoteAddress;
  socket.destroy();
  onRefused({ address, reason });
}
