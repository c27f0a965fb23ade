import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { closeServer } from './close-server.ts';
import { ServerAuthority } from './server-certificates.ts';

/** What an injector adds. */
const sidecar = (image: string) => ({ name: 'proxy', image });

/** A mutating webhook, as meshes have them, that adds a container `proxy` to every Pod that has none. */
export class SidecarInjector {
  readonly #server: Server;
  readonly #authority: ServerAuthority;

  private constructor(server: Server, authority: ServerAuthority) {
    this.#server = server;
    this.#authority = authority;
  }

  static async start(image: string): Promise<SidecarInjector> {
    const authority = await ServerAuthority.create('injector');
    const { certificate, key } = await authority.issue();
    const server = createServer({ cert: certificate, key }, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const review = JSON.parse(Buffer.concat(chunks).toString()) as Review;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answerTo(review, image)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SidecarInjector(server, authority);
  }

  /** Its registration for namespaces with those labels. */
  registration(name: string, matchLabels: object): object {
    const { port } = this.#server.address() as AddressInfo;
    const caBundle = Buffer.from(this.#authority.certificate).toString('base64');
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: 'injector.example.com',
          clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          namespaceSelector: { matchLabels },
          ...{ sideEffects: 'None', admissionReviewVersions: ['v1'] },
        },
      ],
    };
  }

  async close(): Promise<void> {
    await closeServer(this.#server);
  }
}

/** The same without a webhook: a MutatingAdmissionPolicy for namespaces with those labels. */
export function injectorPolicy(name: string, image: string, matchLabels: object): readonly object[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const resourceRules = [
    { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
  ];
  const expression = `Object{spec: Object.spec{containers: [Object.spec.containers{name: 'proxy', image: '${image}'}]}}`;
  return [
    {
      ...{ apiVersion, kind: 'MutatingAdmissionPolicy', metadata: { name } },
      spec: {
        ...{ failurePolicy: 'Fail', reinvocationPolicy: 'IfNeeded', matchConstraints: { resourceRules } },
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
      },
    },
    {
      ...{ apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: { name } },
      spec: { policyName: name, matchResources: { namespaceSelector: { matchLabels } } },
    },
  ];
}

interface Review {
  readonly request: {
    readonly uid: string;
    readonly object: { readonly spec: { readonly containers: readonly { readonly name: string }[] } };
  };
}

function answerTo({ request: { uid, object } }: Review, image: string): object {
  const has = object.spec.containers.some(({ name }) => name === 'proxy');
  const operations = [{ op: 'add', path: '/spec/containers/-', value: sidecar(image) }];
  const patch = Buffer.from(JSON.stringify(has ? [] : operations)).toString('base64');
  const response = { uid, allowed: true, patchType: 'JSONPatch', patch };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}
