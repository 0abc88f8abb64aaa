import { n8nInstallation } from '../../adapters/n8n/installation';
import { applyUpgrade, planUpgrade, type Step } from '../../app/upgrade';
import { gateError, ReleaseGateError } from '../../core/errors';
import { version } from '../../package.json';
import type { AddCommand, Terminal } from '../command';
import { told } from '../files';
import { Given, type Options } from '../setup/given';
import { checkUrl } from '../setup/checks';
import { readSlots, readTemplates } from '../setup/package-files';
import { setupStore } from '../setup/store';

/** `upgrade`: exit code 0 all is merged or up to date, 1 something was left or is open, 2 it cannot be done. */
export const upgradeCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('upgrade')
		.description('Bring the templates of this version into an installation, with what people changed in it')
		.option('--n8n <url>', 'address of n8n (N8N_URL)')
		.option('--key <key>', 'key for its public API (N8N_API_KEY)')
		.option('--record <folder>', 'where init wrote down what it did', 'release-gate')
		.option('--plan', 'say what would be done, and do nothing')
		.option('--yes', 'do it without asking whether to')
		.action(async (options: Options) => {
			try {
				exit(await upgrade(options, terminal));
			} catch (error) {
				if (!(error instanceof ReleaseGateError)) throw error;
				terminal.err(told(error));
				exit(2);
			}
		});
};

async function upgrade(options: Options, terminal: Terminal): Promise<number> {
	const given = new Given(options, terminal, process.env);
	const url = await given.need('n8n', {
		what: 'the address of n8n',
		text: 'Address of n8n',
		fallback: 'http://localhost:5678',
		check: checkUrl,
	});
	const apiKey = await given.need('key', { what: 'the key of n8n', text: 'API key of n8n', secret: true });
	const n8n = n8nInstallation({ url, apiKey });
	const store = setupStore(options.record, n8n.host);
	const installed = await store.load();
	if (installed === null) throw gateError('setup-nothing-done', { folder: store.place });
	const ports = { n8n, store };
	const steps = await planUpgrade(ports, installed, readTemplates(), readSlots());
	terminal.out(`From version ${installed.version} to ${version}, in n8n at ${n8n.host}:\n`);
	for (const step of steps) show(step, terminal);
	const open = steps.some(
		({ state, conflicts }) => ['unsafe', 'unknown', 'gone'].includes(state) || conflicts.length > 0,
	);
	const code = open ? 1 : 0;
	if (options.plan === true || !steps.some(({ state }) => state === 'merge')) return code;
	if (options.yes !== true) {
		const answer = await (terminal.asker?.ask('\nWrite these drafts? [Y/n] ') ?? null);
		if (answer === null || /^n/i.test(answer)) {
			terminal.out('Nothing was done.\n');
			return 2;
		}
	}
	await applyUpgrade(ports, installed, steps, version);
	terminal.out('The drafts are written.\n');
	if (steps.some(({ state, spine }) => state === 'merge' && spine))
		terminal.out('What carries a spine is not published: take its draft through "Release a change".\n');
	return code;
}

const words: Readonly<Record<Step['state'], string>> = {
	same: 'is up to date',
	merge: 'is merged',
	unsafe: 'is left: merged, it would break a proof of the audit that yours keeps',
	unknown: 'is left: what shipped when it was installed was not kept',
	gone: 'is not in n8n; init makes it again',
};

function show({ name, state, spine, publish, conflicts }: Step, { out }: Terminal): void {
	const after =
		state === 'merge'
			? publish
				? ', and published'
				: spine
					? ', as a draft for a release'
					: ', as a draft'
			: '';
	out(`- "${name}" ${words[state]}${after}.\n`);
	for (const { sentence } of conflicts) out(`    ${sentence}\n`);
}
