import { applyUpgrade, planUpgrade, type Step } from '../../app/upgrade';
import { gateError } from '../../core/errors';
import { version } from '../../package.json';
import { exitCodeOf, type AddCommand, type Terminal } from '../command';
import { connectionOf } from '../setup/connection';
import { confirmed, Given, type Options } from '../setup/given';
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
		.action(async (options: Options) =>
			exit(await exitCodeOf(terminal, async () => await upgrade(options, terminal))),
		);
};

async function upgrade(options: Options, terminal: Terminal): Promise<number> {
	const { n8n } = await connectionOf(new Given(options, terminal, process.env));
	const store = setupStore(options.record, n8n.host);
	const installed = await store.load();
	if (installed === null) throw gateError('setup-nothing-done', { folder: store.place });
	const ports = { n8n, store };
	const steps = await planUpgrade(ports, installed, readTemplates(), readSlots());
	terminal.out(`From version ${installed.version} to ${version}, in n8n at ${n8n.host}:\n`);
	for (const step of steps) show(step, terminal);
	const open = steps.some(
		({ state, conflicts }) => ['unsafe', 'lacks', 'unknown', 'gone'].includes(state) || conflicts.length > 0,
	);
	const code = open ? 1 : 0;
	if (options.plan === true || !steps.some(({ state }) => state === 'merge')) return code;
	if (options.yes !== true && !(await confirmed(terminal, 'Write these drafts?'))) {
		terminal.out('Nothing was done.\n');
		return 2;
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
	lacks: 'is left: it calls what is not in n8n yet; init brings it, then upgrade again:',
	unknown: 'is left: what shipped when it was installed was not kept',
	gone: 'is not in n8n; init makes it again',
};

function show({ name, state, spine, publish, conflicts, lacks }: Step, { out }: Terminal): void {
	const after =
		state === 'merge'
			? publish
				? ', and published'
				: spine
					? ', as a draft for a release'
					: ', as a draft'
			: lacks.map((one) => ` "${one}"`).join(',');
	out(`- "${name}" ${words[state]}${after}.\n`);
	for (const { sentence } of conflicts) out(`    ${sentence}\n`);
}
