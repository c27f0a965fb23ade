import type { Logger } from '../telemetry/index.ts';
import type { ApiClient } from './client.ts';
import { type KubernetesObject, objectKey } from './object.ts';
import { type ResourceLocation, resourcePath } from './path.ts';
import { Reflector, type ReflectorHealth } from './reflector.ts';

export interface WatchedObjectOptions<P> {
  readonly client: ApiClient;
  /** Of the object, its name included. */
  readonly location: ResourceLocation & { readonly name: string };
  /** What to keep of the object; it must not hold on to the object itself. */
  readonly project: (object: KubernetesObject) => P | undefined;
  readonly logger: Logger;
  /** Called after each change, and once it is known for the first time whether there is such an object. */
  readonly onLook: () => void;
}

/** One object of the API, mirrored as a {@link Reflector} mirrors a collection. `list` and `watch` by its name are all that it takes. */
export class WatchedObject<P> {
  readonly #reflector: Reflector<P>;
  readonly #key: string;
  readonly #onLook: () => void;

  constructor({ client, location, project, logger, onLook }: WatchedObjectOptions<P>) {
    const { name, ...collection } = location;
    this.#key = objectKey(location.namespace, name);
    this.#onLook = onLook;
    const query = { fieldSelector: `metadata.name=${name}` };
    this.#reflector = new Reflector<P>({ client, path: resourcePath(collection), query, project, logger });
    this.#reflector.onChange(onLook);
  }

  /** Undefined where there is none, or it is not known yet. */
  get value(): P | undefined {
    return this.#reflector.get(this.#key);
  }

  get health(): ReflectorHealth {
    return this.#reflector.health;
  }

  start(): void {
    this.#reflector.start();
    // an empty list changes nothing, and has to be told all the same
    void this.#reflector.whenSynced().then(this.#onLook, () => undefined);
  }

  stop(): Promise<void> {
    return this.#reflector.stop();
  }
}
