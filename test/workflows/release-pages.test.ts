/** What stands on a page of n8n's form is what was meant, whatever the texts hold. */
import { describe, expect, it } from '@jest/globals';
import { parseJsonFormFields } from 'n8n-nodes-base/dist/nodes/Form/utils/utils.js';
import { html } from '../../core/page/html';
import { runWorkflow } from '../../testbed/engine/n8n';
import { workflow } from '../nodes/kit/spine';
import { nodeOf, readTemplate } from './template';

const stand = (json: object) => ({
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: { jsCode: `return [{ json: ${JSON.stringify(json)} }];` },
});
const roles = { 'lead@example.com': ['leadership', 'engineering'], 'eve@example.com': ['engineering'] };
const user = { email: 'lead@example.com' };

/** Texts that n8n, or a browser, could read as something else than text. */
const hostile = [
	`$& $\` $' $$ '$' "5$" <b>$</b> replace(/[.*+?^$\{}()]/g, '\\\\$&')`,
	`={{ $env.SECRET }} {{ 1 + 1 }} }} {{`,
	`</td></table><script>alert(1)</script><img src=x onerror=alert(1)>`,
	`\\u0024{1} \\n "quoted" 'single' \\ `,
	'a'.repeat(50_000),
];

/** The fields of a page as n8n reads them: it evaluates the JSON and puts the text in the place of the expression. */
async function fieldsOf(
	file: string,
	page: string,
	before: Readonly<Record<string, object>>,
): Promise<readonly { html?: string; fieldLabel?: string }[]> {
	const raw = String(nodeOf(readTemplate(file), page).parameters.jsonOutput);
	const names = Object.keys(before);
	const run = await runWorkflow(
		workflow(
			{
				...Object.fromEntries(names.map((name) => [name, stand(before[name] ?? {})])),
				Page: {
					type: 'n8n-nodes-base.set',
					typeVersion: 3.4,
					parameters: {
						assignments: { assignments: [{ id: '1', name: 'text', value: raw, type: 'string' }] },
						options: {},
					},
				},
			},
			[...['Start', ...names].map((name, at): [string, string] => [name, names[at] ?? 'Page'])],
		),
	);
	expect(run.error).toBeUndefined();
	const text = run.json('Page')[0]?.text;
	const context = { evaluateExpression: () => text, getNode: () => ({ name: page }) };
	return parseJsonFormFields(context as never, () => raw, 'production');
}

describe.each(hostile.map((text) => [text.slice(0, 40), text]))('a value such as %s', (_short, text) => {
	const part = html`<pre>${text}</pre>`;

	it('stands on page 2 as it is', async () => {
		const form = [
			{ fieldType: 'html', html: part },
			{
				fieldType: 'dropdown',
				fieldName: 'check:x',
				fieldLabel: text,
				fieldOptions: { values: [{ option: 'Yes' }] },
			},
		];
		const questions = [{ check: 'x', roles: ['leadership'] }];
		const [first, second] = await fieldsOf('release-a-change.json', 'Ask What Only People Know', {
			'Receive Change': { user },
			'Set Config': { roles },
			'Get It Prepared Again': { form, questions },
		});
		// n8n makes no markup of a label by itself.
		expect([first?.html, second?.fieldLabel]).toEqual([
			part,
			text.replace(/</g, '&lt;').replace(/>/g, '&gt;'),
		]);
	});

	it('stands on the page of whoever approves as it is', async () => {
		const [, differences] = await fieldsOf('approve-a-change.json', 'Show Change', {
			'Receive Approver': { user },
			'Set Roles': { roles },
			'Compare Release': {
				requestedBy: text,
				decision: { sentence: text },
				page: { differences: part, class: part },
				form: [],
				questions: [],
			},
		});
		expect(differences?.html).toBe(part);
	});

	it('stands in the plan of a rollback as it is', async () => {
		const [, plan] = await fieldsOf('roll-back-a-release.json', 'Ask to Confirm', {
			'Set Release': { title: text, stage: 'stable', shippedAt: '2026-11-20T22:30:00.000Z' },
			'Show Plan': { page: part },
		});
		expect(plan?.html).toBe(part);
	});
});

describe('who confirms a rollback', () => {
	/** The role in which the word of the last page is recorded. */
	const roleOf = async (confirmedBy: object): Promise<unknown> => {
		const { role } = nodeOf(readTemplate('roll-back-a-release.json'), 'Record Objection').parameters;
		const run = await runWorkflow(
			workflow(
				{
					'Receive Request': stand({ user }),
					'Set Config': stand({ roles }),
					'Set Release': stand({ role: 'engineering', deciding: ['engineering'] }),
					'Ask to Confirm': stand({ confirm: 'Yes, roll it back now', ...confirmedBy }),
					Role: {
						type: 'n8n-nodes-base.set',
						typeVersion: 3.4,
						parameters: {
							assignments: {
								assignments: [{ id: '1', name: 'role', value: role as string, type: 'string' }],
							},
							options: {},
						},
					},
				},
				[
					['Start', 'Receive Request'],
					['Receive Request', 'Set Config'],
					['Set Config', 'Set Release'],
					['Set Release', 'Ask to Confirm'],
					['Ask to Confirm', 'Role'],
				],
			),
		);
		expect(run.error).toBeUndefined();
		return run.json('Role')[0]?.role;
	};

	it('decides in a role of their own, not in that of whoever opened the form', async () => {
		expect(await roleOf({ user: { email: 'eve@example.com' } })).toBe('engineering');
		expect(await roleOf({ user: { email: 'mallory@example.com' } })).toBe('none');
	});
});
