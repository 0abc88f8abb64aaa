import { describe, expect, it } from '@jest/globals';
import {
	auditWorkflow,
	htmlReport,
	parseAuditPolicy,
	parseWorkflow,
	sarif,
	textReport,
} from '../../../core/audit';
import { lineOf } from '../../../core/audit/report/sarif';
import { z } from 'zod';
import { spine, STAND_INS } from '../../../testbed/audit/spine';

const message = z.object({ text: z.string().min(1) });
const location = z.object({
	physicalLocation: z.object({
		artifactLocation: z.object({ uri: z.string().min(1) }),
		region: z.object({ startLine: z.number().int().min(1) }),
	}),
	logicalLocations: z
		.array(z.object({ name: z.string() }))
		.min(1)
		.optional(),
	message: message.optional(),
});
const level = z.enum(['none', 'note', 'warning', 'error']);

/**
 * What the OASIS standard (SARIF 2.1.0, 3.13 to 3.59) requires of the objects we write, and what GitHub's code scanning
 * asks for on top: a rule id, a location and a fingerprint per result.
 */
const SARIF_REQUIRED = z.object({
	$schema: z.string().url(),
	version: z.literal('2.1.0'),
	runs: z
		.array(
			z.object({
				tool: z.object({
					driver: z.object({
						name: z.string().min(1),
						version: z.string(),
						informationUri: z.string().url(),
						rules: z.array(
							z.object({
								id: z.string().min(1),
								shortDescription: message,
								help: message,
								defaultConfiguration: z.object({ level }),
							}),
						),
					}),
				}),
				results: z.array(
					z.object({
						ruleId: z.string().min(1),
						ruleIndex: z.number().int().min(0),
						level,
						message,
						locations: z.array(location).min(1),
						codeFlows: z
							.array(
								z.object({
									threadFlows: z
										.array(z.object({ locations: z.array(z.object({ location })).min(1) }))
										.min(1),
								}),
							)
							.min(1)
							.optional(),
						partialFingerprints: z.record(z.string()),
					}),
				),
			}),
		)
		.min(1),
});

const policy = parseAuditPolicy(STAND_INS, 'test');
const HOSTILE = `"><script>alert(1)</script>&'\u202Egnp\u0000`;

const hostile = () => {
	const workflow = structuredClone(spine());
	workflow.name = HOSTILE;
	for (const node of workflow.nodes) if (node.name === 'Send email') node.name = HOSTILE;
	const { 'Send email': outputs, ...rest } = workflow.connections;
	workflow.connections = { ...rest, [HOSTILE]: outputs ?? { main: [] } };
	for (const { main } of Object.values(workflow.connections)) {
		for (const target of main.flat()) if (target.node === 'Send email') target.node = HOSTILE;
	}
	workflow.connections['Get due deliveries']?.main[0]?.push({ node: HOSTILE, type: 'main', index: 0 });
	const parsed = parseWorkflow(workflow, 'test');
	return { workflow: parsed, report: auditWorkflow(parsed, { policy }) };
};

describe('the page', () => {
	it('escapes hostile names everywhere and asks for nothing from outside', () => {
		const page = htmlReport([hostile()]);
		expect(page).not.toContain('<script');
		expect(page).not.toContain('\u202e');
		expect(page).not.toContain('\u0000');
		expect(page).toContain('&lt;script&gt;alert(1)');
		expect(page).not.toMatch(/\b(src|href)\s*=/);
		expect(page).toContain("default-src 'none'");
		expect(page).toContain('prefers-color-scheme:dark');
	});

	it('colours the path, the node at fault and the guarded send', () => {
		const bad = hostile();
		const page = htmlReport([bad]);
		expect(page).toContain('class="node fault"');
		expect(page).toContain('class="node path"');
		expect(page.match(/class="edge marked"/g)).toHaveLength(2);
		const good = parseWorkflow(spine(), 'test');
		const proven = htmlReport([{ workflow: good, report: auditWorkflow(good, { policy }) }]);
		expect(proven).toContain('class="node guarded"');
		expect(proven).not.toContain('class="edge marked"');
	});
});

describe('SARIF', () => {
	it('names rules that exist, a path as a code flow, and only levels of the standard', () => {
		const { report } = hostile();
		const log = sarif([{ file: 'a folder/spine #1.json', text: '{}', report }], '1.0.0') as {
			runs: { results: { level: string; codeFlows?: { threadFlows: { locations: unknown[] }[] }[] }[] }[];
		};
		const results = log.runs[0]?.results ?? [];
		expect(results.length).toBeGreaterThan(0);
		expect(results.every(({ level }) => ['error', 'warning', 'note', 'none'].includes(level))).toBe(true);
		expect(results[0]?.codeFlows?.[0]?.threadFlows[0]?.locations).toHaveLength(3);
		expect(JSON.stringify(log)).toContain('"uri":"a%20folder/spine%20%231.json"');
	});

	it('has every field that SARIF 2.1.0 requires, and no index or address that leads nowhere', () => {
		const file = { file: 'workflows/spine.json', text: '{\n}\n', report: hostile().report };
		const log = SARIF_REQUIRED.parse(sarif([file], '1.0.0'));
		const [run] = log.runs;
		const ids = run?.tool.driver.rules.map(({ id }) => id) ?? [];
		expect(new Set(ids).size).toBe(ids.length);
		expect(run?.results.length).toBeGreaterThan(0);
		for (const { ruleId, ruleIndex } of run?.results ?? []) expect(ids[ruleIndex]).toBe(ruleId);
		expect(SARIF_REQUIRED.safeParse(sarif([], '1.0.0')).success).toBe(true);
		expect(SARIF_REQUIRED.safeParse({ version: '2.1.0', runs: [{ results: [] }] }).success).toBe(false);
	});

	it('finds the line of a node whatever its name holds', () => {
		const text = JSON.stringify({ nodes: [{ name: 'a' }, { name: 'b (1) "x" \\' }] }, null, 1);
		const line = lineOf(text, 'b (1) "x" \\');
		expect(text.split('\n')[line - 1]).toContain('b (1)');
		expect(lineOf(text, 'nobody')).toBe(1);
		expect(lineOf(text, undefined)).toBe(1);
	});
});

it('the text names path, why and mend', () => {
	const text = textReport(hostile().report, 'spine.json');
	expect(text).toMatch(/^violated {2}spine\.json: \d+ violation/);
	expect(text).toMatch(/path {2}Every other day -> Get due deliveries -> /);
	expect(text).toContain('mend  Put Release Gate before');
});
