import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditWorkflow, parseWorkflow, type AuditReport, type WorkflowJson } from '../../core/audit';
import { ReleaseGateError } from '../../core/errors';
import byEye from './public-by-eye.json';

/**
 * Audits public workflow exports that were read into a file outside the repository and writes
 * `docs/records/audit-public-workflows.md`: `npx tsx bench/audit/public.ts <file>`. The file is a list of
 * `{ repo, path, commit, workflow }`; none of the workflows is kept here.
 */
interface Export {
	readonly repo: string;
	readonly path: string;
	readonly commit: string;
	readonly workflow: { readonly name: string; readonly nodes: readonly unknown[] };
}

/** Nodes that some trigger leads to: 0 or 1 says that an export lost its connections. */
function reached(workflow: WorkflowJson): number {
	const targets = new Set(workflow.nodes.map(({ name }) => name));
	const starts = workflow.nodes.filter(({ type }) =>
		/(Trigger|\.cron|\.webhook|\.interval|\.start)$/.test(type),
	);
	const seen = new Set<string>();
	const open = starts.map(({ name }) => name);
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (seen.has(next) || !targets.has(next)) continue;
		seen.add(next);
		for (const list of workflow.connections[next]?.main ?? [])
			open.push(...(list ?? []).map(({ node }) => node));
	}
	return seen.size;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function said(report: AuditReport): string {
	const [first] = report.violations;
	if (!first) return 'proven';
	const rules = [...new Set(report.violations.map(({ rule }) => rule))].join(', ');
	return `violated: ${rules}. ${first.path.join(' → ')}`;
}

function main(file: string): void {
	const exports = JSON.parse(readFileSync(file, 'utf8')) as readonly Export[];
	const notes = byEye as Readonly<Record<string, string>>;
	const tally = { proven: 0, partly: 0, 'nothing to prove': 0, violated: 0, unusable: 0 };
	const rows = exports.map(({ repo, path, commit, workflow: raw }) => {
		const link = `[${cell(raw.name)}](https://github.com/${repo}/blob/${commit}/${path.split('/').map(encodeURIComponent).join('/')})`;
		try {
			const workflow = parseWorkflow(raw, 'the export');
			const report = auditWorkflow(workflow);
			tally[report.verdict] += 1;
			return `| ${link} | ${workflow.nodes.length} | ${reached(workflow)} | ${cell(said(report))} | ${report.advice.map(({ rule }) => rule).join(', ')} |`;
		} catch (error) {
			if (!(error instanceof ReleaseGateError)) throw error;
			tally.unusable += 1;
			return `| ${link} | ${raw.nodes.length} | - | unusable: ${cell(error.message)} | |`;
		}
	});
	const checked = exports.filter(({ workflow }) => notes[workflow.name] !== undefined);
	const page = [
		'# What the audit says of public workflows',
		'',
		'Written by `npx tsx bench/audit/public.ts`; do not edit. The exports were read where they are public and kept outside this',
		'repository. They were taken over by hand as far as the audit reads them: nodes, types, versions, operations, methods,',
		'addresses, recipients, flags, connections and settings. Sticky notes were left out, and code was reduced to the words the',
		'audit looks for (a module that is loaded, or none). No policy was given.',
		'',
		`${exports.length} exports: ${tally.proven} proven, ${tally.violated} violated, ${tally.unusable} unusable. None of them has a gate or a claim, so every send is`,
		'rightly refuted; proven means that nothing in it reaches a recipient or writes where delivery state may live.',
		'',
		'| export | nodes | reached from a trigger | verdict and shortest path | advice |',
		'| --- | --- | --- | --- | --- |',
		...rows,
		'',
		`## Checked by eye (${checked.length})`,
		'',
		'| export | judgement |',
		'| --- | --- |',
		...checked.map(({ workflow }) => `| ${cell(workflow.name)} | ${cell(notes[workflow.name] ?? '')} |`),
		'',
		'## What the audit learned from them',
		'',
		'- Exports in the wild repeat the names of sticky notes; the audit accepts that, since notes have no connections.',
		'- Some carry connections of sources that do not exist (ids instead of names). n8n ignores them, and so does the audit.',
		'- Two working nodes of one name are refused: n8n keeps only the last one, so the file does not say what runs.',
		'- An export without connections is proven trivially; hence the column of nodes that a trigger reaches.',
		'',
	].join('\n');
	writeFileSync(join(__dirname, '../../docs/records/audit-public-workflows.md'), page);
	console.log(`${exports.length} exports: ${JSON.stringify(tally)}, ${checked.length} checked by eye`);
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file with the exports.');
main(file);
