import { defaultSettings, webhookConfigurations } from '../src/admission/index.ts';
import { definition, escaped, yamlText } from './template-text.ts';

interface Entry {
  readonly name: string;
  readonly rules: unknown;
  readonly matchPolicy: unknown;
  readonly matchConditions: unknown;
}

/** What is registered for image streams, whatever the settings, but for what all entries have. */
export function streamEntriesTemplate(): string {
  const [mutate, validate] = webhookConfigurations({
    name: 'any',
    address: { url: '' },
    settings: defaultSettings,
  });
  return [
    definition('streamEntries.mutate', entries(mutate)),
    definition('streamEntries.validate', entries(validate)),
  ].join('\n');
}

function entries(configuration: object): string {
  const { webhooks } = configuration as { readonly webhooks: readonly Entry[] };
  const streams = webhooks.filter(({ name }) => name.includes('.streams.'));
  return escaped(
    yamlText(
      streams.map(({ name, rules, matchPolicy, matchConditions }) => ({
        name,
        rules,
        matchPolicy,
        matchConditions,
      })),
    ),
  );
}
