import {
	auditInstance,
	htmlReport,
	parseAuditPolicy,
	readWorkflows,
	sarif,
	textReport,
	EMPTY_POLICY,
	type AuditPolicy,
	type AuditReport,
	type WorkflowJson,
} from '../../core/audit';
import { gateError, ReleaseGateError } from '../../core/errors';
import { version } from '../../package.json';
import { readJson, readJsonText, told, writeText } from '../files';
import type { AddCommand, Terminal } from '../command';

interface Options {
	readonly json?: boolean;
	readonly sarif?: string;
	readonly html?: string;
	readonly policy?: string;
}

interface Entry {
	readonly file: string;
	readonly text: string;
	readonly workflow: WorkflowJson;
	readonly report: AuditReport;
}

/**
 * `audit <files...>`: exit code 0 proven, or nothing to prove; 1 violated or only partly looked at; 2 unusable input (the
 * readable files are audited all the same).
 */
export const auditCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('audit')
		.description('Prove that exported workflows cannot send twice, early or ungated')
		.argument('[files...]', 'exported workflows (JSON); calls between them are followed')
		.option('--policy <file>', 'declarations of nodes and hosts (JSON)')
		.option('--json', 'print the reports as JSON')
		.option('--sarif <file>', 'write SARIF 2.1.0 for code hosts')
		.option('--html <file>', 'write a page with the canvases')
		.action(async (files: string[], options: Options) => exit(await audit(files, options, terminal)));
};

async function audit(files: readonly string[], options: Options, terminal: Terminal): Promise<number> {
	const unusable: ReleaseGateError[] = [];
	const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
		try {
			return await work();
		} catch (error) {
			if (!(error instanceof ReleaseGateError)) throw error;
			unusable.push(error);
			return undefined;
		}
	};
	const policy = await attempt(async () => await readPolicy(options.policy));
	if (files.length === 0) unusable.push(gateError('audit-no-files'));
	const read: { file: string; text: string; workflow: WorkflowJson }[] = [];
	for (const file of files) {
		const found = await attempt(async () => {
			const text = await readJsonText(file);
			const { workflows, unreadable } = readWorkflows(text, file);
			unusable.push(...unreadable);
			return workflows.map((workflow) => ({ file, text, workflow }));
		});
		read.push(...(found ?? []));
	}
	const reports = policy
		? auditInstance(
				read.map(({ workflow }) => workflow),
				{ policy },
			)
		: [];
	const entries = read.flatMap((one, i): Entry[] => {
		const report = reports[i];
		return report ? [{ ...one, report }] : [];
	});
	await attempt(async () => await write(entries, options));
	if (options.json) terminal.out(`${JSON.stringify(jsonOf(entries, unusable), null, '\t')}\n`);
	else for (const { report, file } of entries) terminal.out(`${textReport(report, file)}\n\n`);
	for (const error of unusable) terminal.err(told(error));
	if (unusable.length > 0) return 2;
	return entries.some(({ report }) => report.verdict === 'violated' || report.verdict === 'partly') ? 1 : 0;
}

const jsonOf = (entries: readonly Entry[], unusable: readonly ReleaseGateError[]): object => ({
	version,
	reports: entries.map(({ file, report }) => ({ file, ...report })),
	unusable: unusable.map(({ code, message, remedy }) => ({ code, message, remedy })),
});

async function write(entries: readonly Entry[], { sarif: sarifFile, html }: Options): Promise<void> {
	if (sarifFile !== undefined)
		await writeText(sarifFile, `${JSON.stringify(sarif(entries, version), null, '\t')}\n`);
	if (html !== undefined) await writeText(html, htmlReport(entries));
}

async function readPolicy(file: string | undefined): Promise<AuditPolicy> {
	return file === undefined ? EMPTY_POLICY : parseAuditPolicy(await readJson(file), file);
}
