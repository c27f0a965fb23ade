import { execFile } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { admissionApiServer } from './admission/api-server.ts';
import { admissionHttp } from './admission/http.ts';
import { availability } from './availability/availability.ts';
import { importBench } from './import/import.ts';
import { scale } from './scale/scale.ts';
import { triggerBench } from './trigger/trigger.ts';

const usage = `npm run bench -- [SUITE…] [--rounds N] [--seconds N] [--reviews N] [--namespaces N] [--without-pepr]

suites: admission-http, admission-api-server, import, trigger, availability, scale (all unless named); bench/README.md tells
what they measure`;

const suites = {
  'admission-http': admissionHttp,
  'admission-api-server': admissionApiServer,
  import: importBench,
  trigger: triggerBench,
  availability,
  scale,
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    reviews: { type: 'string', default: '10000' },
    namespaces: { type: 'string', default: '1000' },
    'without-pepr': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const names = positionals.length === 0 ? Object.keys(suites) : positionals;
if (values.help || names.some((name) => !(name in suites))) {
  console.error(usage);
  process.exit(values.help ? 0 : 1);
}

const options = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  reviews: Number(values.reviews),
  namespaces: Number(values.namespaces),
  withoutPepr: values['without-pepr'],
  say: (line: string) => console.error(line),
};
await promisify(execFile)(process.execPath, ['build.ts']);
const [cpu] = cpus();
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpu?.model}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}\n`,
);
for (const name of names) {
  console.log(`## ${name}\n\n${await suites[name as keyof typeof suites](options)}`);
}
