import { n8nInstallation } from '../../adapters/n8n/installation';
import { diagnose, type Finding } from '../../app/doctor';
import type { Ledger } from '../../app/ledger/api';
import { ReleaseGateError } from '../../core/errors';
import type { AddCommand, Terminal } from '../command';
import { told } from '../files';
import { openLedger } from '../ledger';
import { Given, type Options as InitOptions } from '../setup/given';
import { checkUrl } from '../setup/checks';
import { readSlots } from '../setup/package-files';
import { setupStore } from '../setup/store';

interface Options extends InitOptions {
	readonly sqlite?: string;
	readonly postgres?: string;
	readonly schema: string;
	readonly json?: boolean;
}

/** `doctor`: exit code 0 sound (advice is no trouble), 1 trouble, 2 it could not look. */
export const doctorCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('doctor')
		.description('Look at an installation: everything that can be wrong with it, each with its mend')
		.option('--n8n <url>', 'address of n8n (N8N_URL)')
		.option('--key <key>', 'key for its public API (N8N_API_KEY)')
		.option('--sqlite <file>', 'the ledger, a SQLite file')
		.option('--postgres <url>', 'the ledger, in Postgres')
		.option('--schema <name>', 'schema of the ledger in Postgres', 'release_gate')
		.option('--record <folder>', 'where init wrote down what it did', 'release-gate')
		.option('--json', 'print the findings as JSON')
		.action(async (options: Options) => {
			try {
				exit(await doctor(options, terminal));
			} catch (error) {
				if (!(error instanceof ReleaseGateError)) throw error;
				terminal.err(told(error));
				exit(2);
			}
		});
};

async function doctor(options: Options, terminal: Terminal): Promise<number> {
	const given = new Given(options, terminal, process.env);
	const url = await given.need('n8n', {
		what: 'the address of n8n',
		text: 'Address of n8n',
		fallback: 'http://localhost:5678',
		check: checkUrl,
	});
	const apiKey = await given.need('key', { what: 'the key of n8n', text: 'API key of n8n', secret: true });
	const n8n = n8nInstallation({ url, apiKey });
	let opened: Ledger | undefined;
	const named = options.sqlite !== undefined || options.postgres !== undefined;
	const open = async (): Promise<Ledger> => (opened = await openLedger(options));
	try {
		const findings = await diagnose({
			n8n,
			now: Date.now,
			slots: readSlots(),
			installed: await setupStore(options.record, n8n.host).load(),
			ledger: named ? open : null,
			host: null,
			retires: null,
		});
		if (options.json === true) terminal.out(`${JSON.stringify(findings, null, '\t')}\n`);
		else show(findings, n8n.host, named, terminal);
		if (findings.some(({ level }) => level === 'trouble')) return 1;
		return findings.some(({ level }) => level === 'unseen') ? 2 : 0;
	} finally {
		await opened?.close();
	}
}

const words: Readonly<Record<Finding['level'], string>> = {
	trouble: 'TROUBLE',
	advice: 'advice ',
	unseen: 'unseen ',
};

function show(findings: readonly Finding[], host: string, named: boolean, { out }: Terminal): void {
	for (const { id, level, sentence, mend } of findings)
		out(`${words[level]}  ${sentence}\n         ${mend} (${id})\n`);
	const trouble = findings.filter(({ level }) => level === 'trouble').length;
	out(trouble === 0 ? `n8n at ${host}: no trouble found.\n` : `n8n at ${host}: ${trouble} found.\n`);
	if (!named) out('The ledger was not looked at: name it with --sqlite or --postgres.\n');
	out('Version, flags and encryption key of the n8n process are seen from inside it only.\n');
}
