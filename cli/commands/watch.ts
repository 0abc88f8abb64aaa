import { setTimeout as sleep } from 'node:timers/promises';
import { apiAddress } from '../../adapters/n8n/address';
import { n8nRuns } from '../../adapters/n8n/runs';
import { watchWorkflows } from '../../app/watch/workflows';
import { gateError, ReleaseGateError } from '../../core/errors';
import { counted } from '../../core/stability/findings/finding';
import { readText, told } from '../files';
import type { AddCommand, Terminal } from '../command';

interface Options {
	readonly n8n: string;
	readonly apiKeyFile: string;
	readonly timeZone: string;
	readonly heartbeat?: string;
	readonly every?: string;
	readonly json?: boolean;
}

/** How long an n8n may take to answer. */
const PATIENCE_MS = 20_000;

/** `watch`: exit code 0 all well, 1 something is wrong (also: n8n does not answer), 2 unusable input. */
export const watchCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('watch')
		.description('Look whether every published workflow of an n8n that starts by time ran when it should')
		.requiredOption('--n8n <url>', 'where n8n is, e.g. https://n8n.example.com')
		.requiredOption(
			'--api-key-file <file>',
			'a key of its public API (scopes workflow:list, execution:list), in a file',
		)
		.option('--time-zone <zone>', 'time zone of the instance (GENERIC_TIMEZONE)', 'America/New_York')
		.option('--heartbeat <url>', 'asked after each look at which all was well, for a dead-man switch')
		.option('--every <seconds>', 'look again and again; once if absent')
		.option('--json', 'print what was found as JSON')
		.action(async (options: Options) => exit(await watch(options, terminal)));
};

async function look(options: Options, key: string, { out }: Terminal): Promise<boolean> {
	const base = apiAddress(options.n8n);
	if (!URL.canParse(base)) throw gateError('n8n-unreachable', { host: options.n8n });
	const n8n = n8nRuns(async (method, path, query = {}) => {
		const url = new URL(`${base}${path}`);
		for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
		const answer = await fetch(url, {
			method,
			headers: { 'X-N8N-API-KEY': key, accept: 'application/json' },
			signal: AbortSignal.timeout(PATIENCE_MS),
		});
		return { status: answer.status, body: await answer.json().catch(() => null) };
	}, new URL(base).host);
	const report = await watchWorkflows(n8n, Date.now(), options.timeZone);
	const wrong = report.findings.filter(({ level }) => level === 'trouble').length;
	if (options.json) out(`${JSON.stringify(report, null, '\t')}\n`);
	else {
		for (const { level, sentence, mend } of report.findings)
			out(`${level === 'trouble' ? 'Wrong' : 'Look'}: ${sentence} ${mend}\n`);
		out(
			`${counted(report.watched, 'workflow is', 'workflows are')} watched; ${counted(wrong, 'is', 'are')} wrong.\n`,
		);
	}
	return wrong === 0;
}

async function beat(url: string, { err }: Terminal): Promise<void> {
	try {
		await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
	} catch {
		err(`The heartbeat ${new URL(url).host} does not answer.\n`);
	}
}

async function watch(options: Options, terminal: Terminal): Promise<number> {
	try {
		const key = (await readText(options.apiKeyFile)).trim();
		const seconds = options.every === undefined ? null : Math.max(1, Number(options.every) || 60);
		for (;;) {
			let well = false;
			try {
				well = await look(options, key, terminal);
			} catch (error) {
				if (!(error instanceof ReleaseGateError)) throw error;
				// An n8n that does not answer is what is looked for.
				terminal.out(`Wrong: ${told(error)}`);
			}
			if (well && options.heartbeat !== undefined) await beat(options.heartbeat, terminal);
			if (seconds === null) return well ? 0 : 1;
			await sleep(seconds * 1000);
		}
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		terminal.err(told(error));
		return 2;
	}
}
