import { RULES, type Rule } from '../rules';
import type { AuditReport, Violation } from '../types';

/** A report with the file it is about and the file's text, to find lines in. */
export interface AuditedFile {
	readonly file: string;
	readonly text: string;
	readonly report: AuditReport;
}

/** The line (from 1) on which a node's name stands in the JSON text; 1 when it cannot be told. */
export function lineOf(text: string, node: string | undefined): number {
	if (node === undefined) return 1;
	// The label of a node in a sub-workflow: the call that leads there is in this file.
	const name = JSON.stringify(node.split(' ▸ ')[0] ?? node);
	const at =
		new RegExp(`"name"\\s*:\\s*${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`).exec(text)?.index ?? -1;
	return at === -1 ? 1 : text.slice(0, at).split('\n').length;
}

/**
 * SARIF 2.1.0 (OASIS standard) of all audited files: code hosts annotate the lines of the nodes at fault. `version`
 * is that of the package.
 */
export function sarif(files: readonly AuditedFile[], version: string): object {
	const ids = Object.keys(RULES);
	const result = (file: AuditedFile, violation: Violation): object => {
		const location = (node: string | undefined, text?: string): object => ({
			physicalLocation: {
				artifactLocation: { uri: uriOf(file.file) },
				region: { startLine: lineOf(file.text, node) },
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
				results: files.flatMap((file) =>
					[...file.report.violations, ...file.report.advice].map((violation) => result(file, violation)),
				),
			},
		],
	};
}

const uriOf = (file: string): string =>
	file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
