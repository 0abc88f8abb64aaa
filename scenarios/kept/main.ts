/**
 * What n8n keeps in its database of a spine and of the provider's reports, as the templates ship and with runs saved:
 * `npm run kept`, `-- --deliveries 200` fewer. Fails if n8n keeps anything of good runs of templates as they ship.
 */
import { Command } from 'commander';
import { buildIfStale } from '../../testbed/build';
import { commitId, currentLoad, machine } from '../../testbed/machine';
import { packageRoot } from '../../testbed/n8n/paths';
import { describeProblem } from '../../testbed/problem';
import { n8nVersion } from '../init/world';
import { measureKept } from './measure';
import { keepRecord, renderPage } from './page';

async function main(): Promise<void> {
	const command = new Command('kept').option('--deliveries <n>', 'in each way', Number, 1_000);
	const { deliveries } = command.parse(process.argv).opts<{ deliveries: number }>();
	const loadBefore = currentLoad();
	const at = new Date().toISOString();
	buildIfStale();
	const runs = await measureKept(deliveries);
	const record = { at, commit: commitId(packageRoot), n8n: n8nVersion(), machine: machine(loadBefore), runs };
	keepRecord(record);
	console.log(renderPage(record));
	const [shipped] = runs;
	if (shipped === undefined || shipped.spine.runs + shipped.reports.runs > 0) process.exitCode = 1;
}

void main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exitCode = 1;
});
