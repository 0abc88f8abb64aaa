import { examinePostgres } from '../../adapters/postgres';
import { openAiRetirements } from '../../adapters/providers/retirements';
import { diagnose, exitCodeOf as codeOf, type Examination, type Finding } from '../../app/doctor';
import type { Ledger } from '../../app/ledger/api';
import { exitCodeOf, type AddCommand, type Terminal } from '../command';
import { namingLedger, openLedger, readLedger } from '../ledger';
import { connectionOf } from '../setup/connection';
import { Given, type Options as InitOptions } from '../setup/given';
import { readSlots } from '../setup/package-files';
import { setupStore } from '../setup/store';

interface Options extends InitOptions {
	readonly sqlite?: string;
	readonly postgres?: string;
	readonly schema: string;
	readonly json?: boolean;
	readonly strict?: boolean;
}

/** `doctor`: exit code 0 sound (advice is no trouble), 1 trouble, 2 it could not look at what it was to look at. */
export const doctorCommand: AddCommand = (program, terminal, exit) => {
	namingLedger(program.command('doctor'))
		.description('Look at an installation: what can be wrong with it, each with its mend')
		.option('--n8n <url>', 'address of n8n (N8N_URL)')
		.option('--key <key>', 'key for its public API (N8N_API_KEY)')
		.option('--openai-key <key>', 'asks OpenAI when models are shut down (OPENAI_API_KEY)')
		.option('--openai-url <url>', 'another address of OpenAI, for a stand-in')
		.option('--record <folder>', 'where init wrote down what it did', 'release-gate')
		.option('--strict', 'what was not looked at counts as 2, whoever left it out')
		.option('--json', 'print findings, and which checks passed or did not look, as JSON')
		.action(async (options: Options) =>
			exit(await exitCodeOf(terminal, async () => await doctor(options, terminal))),
		);
};

/** Opens a ledger that is there. Opening alone would make one at a mistyped place, and find nothing wrong with it. */
async function openExisting(options: Options): Promise<Ledger> {
	await (await readLedger(options)).close();
	return await openLedger(options);
}

async function doctor(options: Options, terminal: Terminal): Promise<number> {
	const given = new Given(options, terminal, process.env);
	const { n8n } = await connectionOf(given);
	const { sqlite, postgres, schema } = options;
	const openAiKey = given.plain('openaiKey');
	const openAiUrl = given.plain('openaiUrl') ?? 'https://api.openai.com/v1';
	let opened: Ledger | undefined;
	const open = async (): Promise<Ledger> => (opened = await openExisting(options));
	try {
		const examination = await diagnose({
			n8n,
			now: Date.now,
			slots: readSlots(),
			installed: await setupStore(options.record, n8n.host).load(),
			ledger: sqlite !== undefined || postgres !== undefined ? open : null,
			database:
				postgres === undefined ? null : async () => await examinePostgres({ connection: postgres, schema }),
			host: null,
			retires: openAiKey === undefined ? null : async () => await openAiRetirements(openAiUrl, openAiKey),
		});
		if (options.json === true) terminal.out(`${JSON.stringify(examination, null, '\t')}\n`);
		else show(examination, n8n.host, terminal);
		return codeOf(examination.findings, options.strict);
	} finally {
		await opened?.close();
	}
}

const words: Readonly<Record<Finding['level'], string>> = {
	trouble: 'TROUBLE',
	advice: 'advice ',
	unseen: 'UNSEEN ',
};

function show({ findings, passed, unseen }: Examination, host: string, { out }: Terminal): void {
	for (const { id, level, sentence, mend } of findings)
		out(`${words[level]}  ${sentence}\n         ${mend} (${id})\n`);
	const trouble = findings.filter(({ level }) => level === 'trouble').length;
	const found = trouble === 0 ? 'no trouble found' : `${trouble} found`;
	out(`n8n at ${host}: ${found}. ${passed.length} checks looked and found nothing.\n`);
	if (unseen.length > 0)
		out(`${unseen.length} checks did NOT look, or not at everything: ${unseen.join(', ')}.\n`);
}
