// The smallest pepr module: one line of mutation. Copied beside an installed pepr and started there.
import { a, Capability, PeprModule } from 'pepr';

const capability = new Capability({ name: 'bench', description: 'bench', namespaces: [] });
capability
  .When(a.Deployment)
  .IsCreatedOrUpdated()
  .Mutate((deployment) => deployment.SetLabel('bench', 'true'));

const pepr = { uuid: 'bench', onError: 'reject', webhookTimeout: 10, alwaysIgnore: { namespaces: [] } };
const module = new PeprModule({ description: 'bench', pepr }, [capability], { deferStart: true });
module.start(Number(process.env.PORT));
