import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../testbed/machine';
import { shown } from './rounds';
import { type Goal, isMet, type Report, type Table } from './types';

/** One measurement as kept: `results/<name>.json`. */
export interface Kept {
	readonly name: string;
	readonly title: string;
	/** ISO 8601, UTC. */
	readonly at: string;
	readonly commit: string;
	readonly quick: boolean;
	readonly seconds: number;
	readonly machine: Machine;
	readonly report: Report;
}

/** Keeps what one measurement found, and writes the page anew from everything that is kept in the folder. */
export function keep(folder: string, kept: Kept, order: readonly string[]): string {
	const results = join(folder, 'results');
	mkdirSync(results, { recursive: true });
	writeFileSync(join(results, `${kept.name}.json`), `${JSON.stringify(kept, null, '\t')}\n`);
	const all = readdirSync(results)
		.filter((file) => file.endsWith('.json'))
		.map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as Kept)
		.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
	const page = join(folder, 'RESULTS.md');
	writeFileSync(page, pageOf(all));
	return page;
}

function pageOf(all: readonly Kept[]): string {
	const goals = all.flatMap(({ report }) => report.goals.map(goalRow));
	return [
		'# Measured',
		'',
		'Written by `npm run bench`; every figure comes from the run named with it. Ratios are medians of the ratios within',
		'each round: both sides ran in the same process or n8n, minutes apart at most. Times are medians, with the fastest',
		'and the slowest round. Do not edit: run it again, whole (`npm run bench`) or in part (`npm run bench -- claim`).',
		'',
		'## Goals',
		'',
		...table({ title: '', columns: ['what', 'goal', 'measured', 'met'], rows: goals }),
		...all.flatMap(section),
	].join('\n');
}

function goalRow(goal: Goal): readonly string[] {
	const { what, measured, bound, unit } = goal;
	const wanted = 'least' in bound ? `at least ${bound.least}${unit}` : `at most ${bound.most}${unit}`;
	return [what, wanted, `${shown(measured)}${unit}`, isMet(goal) ? 'yes' : '**no**'];
}

function section(kept: Kept): readonly string[] {
	const { cpu, cores, memoryGb, system, node, load } = kept.machine;
	return [
		`## ${kept.title}`,
		'',
		`\`npm run bench -- ${kept.name}\`, ${kept.at}, commit ${kept.commit}, ${Math.round(kept.seconds)} s.`,
		`${cores} x ${cpu}, ${memoryGb} GB, ${system}, Node ${node}; load ${load[0]} before, ${load[1]} after${
			load[0] > cores / 2 ? ' (other work ran beside it)' : ''
		}.`,
		...(kept.quick ? ['', '**A quick run: small sizes, one round. The figures mean nothing.**'] : []),
		'',
		...kept.report.tables.flatMap((entry) => [
			...(entry.title ? [`### ${entry.title}`, ''] : []),
			...table(entry),
		]),
		...kept.report.notes.map((note) => `- ${note}`),
		...(kept.report.notes.length > 0 ? [''] : []),
	];
}

function table({ columns, rows }: Table): readonly string[] {
	if (rows.length === 0) return [];
	const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
	return [line(columns), line(columns.map(() => '---')), ...rows.map(line), ''];
}
