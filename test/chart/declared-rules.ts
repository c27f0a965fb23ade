import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { chart } from './installed-chart.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const templates = join(chart, 'templates');
/** `{{- define "imagestreams.COMPONENT.…Rules" -}}`, to its end in the first column. */
const definition = /^\{\{- define "imagestreams\.(\w+)\.(?:r|\w*R)ules" -\}\}\n(.*?)^\{\{- end -\}\}/gms;
/** What a value stands for. */
export const placeholder = 'given';

/** All that the chart's templates hold for an account, whatever the values: `COMPONENT: VERB RESOURCE.GROUP`. */
export function declaredRules(): ReadonlySet<string> {
  const names = readdirSync(templates, { recursive: true, encoding: 'utf8' });
  const texts = names
    .filter((name) => name.endsWith('.tpl'))
    .map((name) => readFileSync(join(templates, name), 'utf8'));
  const found = texts.flatMap((text) => [...text.matchAll(definition)]);
  return new Set(
    found.flatMap(([, component = '', body = '']) =>
      rulesIn(body).flatMap(({ apiGroups, resources, verbs }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) =>
            verbs.map((verb) => ruleText(component, { verb, group, resource })),
          ),
        ),
      ),
    ),
  );
}

/** Conditions are taken to hold. */
function rulesIn(body: string): readonly Rule[] {
  const lines = body.split('\n').filter((line) => !/^\s*\{\{.*\}\}$/.test(line));
  return parse(lines.join('\n').replaceAll(/\{\{.*?\}\}/g, placeholder)) as readonly Rule[];
}

export function ruleText(
  component: string,
  { verb, group, resource }: { readonly verb: string; readonly group: string; readonly resource: string },
): string {
  return `${component}: ${verb} ${group === '' ? resource : `${resource}.${group}`}`;
}
