import { RULES, type Rule } from '../rules';
import type { AuditReport, Violation } from '../types';
import { coverLines } from './text';

/** A report with the file it is about and the file's text, to find lines in. */
export interface AuditedFile {
	readonly file: string;
	readonly text: string;
	readonly report: AuditReport;
}

/** Where something stands in a file, from 1. */
interface Place {
	readonly startLine: number;
	readonly startColumn: number;
}

/**
 * Where nodes stand in the JSON text, by name: line and column, so that an export on one line tells them apart too. A
 * name counts where a node holds it: behind `"name":`, or as it is the last one before the node's type.
 */
export class Places {
	private readonly found = new Map<string, Place>();
	private readonly sure = new Set<string>();

	constructor(text: string) {
		const starts = [0];
		for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
		let line = 0;
		for (const match of text.matchAll(/"name" {0,4}: {0,4}("(?:[^"\\]|\\.)*")/g)) {
			while (line + 1 < starts.length && (starts[line + 1] as number) <= match.index) line += 1;
			const name = readName(match[1] ?? '');
			const place = { startLine: line + 1, startColumn: match.index - (starts[line] as number) + 1 };
			if (name !== null && (!this.found.has(name) || isNodeName(text, match.index))) {
				if (!this.sure.has(name)) this.found.set(name, place);
				if (isNodeName(text, match.index)) this.sure.add(name);
			}
		}
	}

	/** Place of a node; of a node in a sub-workflow that of the call in this file; the beginning if it is not there. */
	of(node: string | undefined): Place {
		const name = node?.split(' ▸ ')[0];
		return (name === undefined ? undefined : this.found.get(name)) ?? { startLine: 1, startColumn: 1 };
	}
}

/** The line (from 1) on which a node stands in the JSON text; 1 when it cannot be told. */
export const lineOf = (text: string, node: string | undefined): number => new Places(text).of(node).startLine;

function readName(json: string): string | null {
	try {
		return JSON.parse(json) as string;
	} catch {
		return null;
	}
}

/** Whether an object with a `type` and a `position` holds this name: fields of Edit Fields have a name and a type too. */
function isNodeName(text: string, at: number): boolean {
	return /"type" ?: ?"[^"]{1,80}\.[^"]{1,80}"/.test(text.slice(at, at + 400).split(/"name" ?:/)[1] ?? '');
}

/**
 * SARIF 2.1.0 (OASIS standard) of all audited files: code hosts annotate the lines of the nodes at fault. `version`
 * is that of the package.
 */
export function sarif(files: readonly AuditedFile[], version: string): object {
	const ids = Object.keys(RULES);
	const texts = new Map<string, Places>();
	const placesOf = ({ text }: AuditedFile): Places => {
		const places = texts.get(text) ?? new Places(text);
		texts.set(text, places);
		return places;
	};
	const result = (file: AuditedFile, violation: Violation): object => {
		const location = (node: string | undefined, text?: string): object => ({
			physicalLocation: {
				artifactLocation: { uri: uriOf(file.file) },
				region: placesOf(file).of(node),
			},
			...(node === undefined ? {} : { logicalLocations: [{ name: node, kind: 'member' }] }),
			...(text === undefined ? {} : { message: { text } }),
		});
		const flow = (path: readonly string[]): object => ({
			threadFlows: [{ locations: path.map((name) => ({ location: location(name, name) })) }],
		});
		return {
			ruleId: violation.rule,
			ruleIndex: ids.indexOf(violation.rule),
			level: violation.severity,
			message: { text: `${violation.why} ${violation.mend}` },
			locations: [location(violation.node)],
			...(violation.path.length > 1
				? { codeFlows: [violation.path, ...(violation.secondPath ? [violation.secondPath] : [])].map(flow) }
				: {}),
			partialFingerprints: { 'ruleAndNode/v1': `${violation.rule}:${violation.node ?? ''}` },
		};
	};
	return {
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		version: '2.1.0',
		runs: [
			{
				tool: {
					driver: {
						name: 'n8n-nodes-release-gate audit',
						version,
						informationUri: 'https://github.com/release-gate/n8n-nodes-release-gate',
						rules: Object.entries<Rule>(RULES).map(([id, rule]) => ({
							id,
							shortDescription: { text: rule.why.replaceAll("'{node}'", 'the node') },
							help: { text: rule.mend.replaceAll("'{node}'", 'the node') },
							defaultConfiguration: { level: rule.severity },
						})),
					},
				},
				// Verdicts are no alerts: a code host would show one for every workflow that is proven.
				invocations: [{ executionSuccessful: true, toolExecutionNotifications: files.map(notification) }],
				results: files.flatMap((file) =>
					[...file.report.violations, ...file.report.advice].map((violation) => result(file, violation)),
				),
			},
		],
	};
}

/** The verdict of one workflow with its cover. */
function notification({ file, report }: AuditedFile): object {
	const { verdict, sentence, cover, workflow } = report;
	return {
		level: 'note',
		descriptor: { id: verdict.replaceAll(' ', '-') },
		message: { text: [`${workflow.name}: ${sentence}`, ...coverLines(cover)].join('\n') },
		locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
	};
}

const uriOf = (file: string): string =>
	file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
