import { describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../testbed/engine/n8n';
import { nodeOf, readTemplate } from './template';
import { workflow } from '../nodes/kit/spine';

const check = (name: string, waitsFor: string, roles: readonly string[] = [], status = 'unknown') => ({
	check: name,
	question: `Is ${name} so?`,
	status,
	reason: `Why ${name}.`,
	remedy: `Mend ${name}.`,
	waitsFor,
	roles,
});
const held = { release: 'warm & well', decision: { release: 'warm & well', decision: 'hold' } };

/** The words of a page without its markup. */
const words = (text: string): string =>
	text
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.replace(/ ([.,:])/g, '$1')
		.trim();

describe.each([
	['release-a-change.json', 'Set Config'],
	['approve-a-change.json', 'Set Roles'],
])('the last page of %s', (file, config) => {
	const template = readTemplate(file);
	/** What *Set Outcome* says of an answer of Ship when ready. */
	const outcome = async (answer: object): Promise<{ title: string; page: string }> => {
		const stand = (json: object) => ({
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: { jsCode: `return [{ json: ${JSON.stringify(json)} }];` },
		});
		const roles = { 'lead@example.com': ['leadership'], 'engineer@example.com': ['engineering'] };
		const run = await runWorkflow(
			workflow(
				{
					'Receive Change': stand({ user: { email: 'engineer@example.com' } }),
					[config]: stand({ roles, title: 'Warmer', tellWorkflow: 'tell-people' }),
					'Get It Prepared Again': stand({ workflow: { id: 'the-spine' } }),
					'Publish If Ready': stand(answer),
					'Set Outcome': nodeOf(template, 'Set Outcome'),
				},
				[
					['Start', 'Receive Change'],
					['Receive Change', config],
					[config, 'Get It Prepared Again'],
					['Get It Prepared Again', 'Publish If Ready'],
					['Publish If Ready', 'Set Outcome'],
				],
			),
		);
		expect(run.error).toBeUndefined();
		return run.json('Set Outcome')[0] as { title: string; page: string };
	};

	it('says that it is live, and that it is watched', async () => {
		const { title, page } = await outcome({ shipped: { asProven: true, open: null } });
		expect(title).toBe('It is live');
		expect(words(page)).toContain('was read back. It is watched now');
	});

	it('names the people it waits for by role, with the link and what they are asked', async () => {
		const { title, page } = await outcome({
			...held,
			openChecks: [
				check('approval', 'people', ['leadership', 'product']),
				check('window', 'moment', [], 'fail'),
			],
		});
		expect(title).toBe('It waits for people');
		expect(page).toContain('/form/approve-a-change?release=warm%20%26%20well"');
		expect(page).not.toContain('form-waiting');
		expect(words(page)).toContain(
			`leadership: lead@example.com product: nobody has this role in ${config} What they are asked Is approval so? Why approval. Mend approval.`,
		);
		expect(words(page)).toContain('Then the moment must be right Is window so?');
	});

	it('says by which moment it ships by itself', async () => {
		const { title, page } = await outcome({ ...held, openChecks: [check('window', 'moment', [], 'fail')] });
		expect(title).toBe('It ships by itself');
		expect(words(page)).toContain('Why window. Mend window. Nobody needs to sit here');
	});

	it('is held where something must be mended, whoever else is waited for, and escapes what it quotes', async () => {
		const { title, page } = await outcome({
			...held,
			openChecks: [
				check('<script>audit</script>', 'mend', [], 'fail'),
				check('approval', 'people', ['leadership']),
			],
		});
		expect(title).toBe('It is held');
		expect(page).not.toContain('<script>');
		expect(words(page)).toMatch(
			/^This must be mended Is &lt;script&gt;.* People are asked after that Is approval so\?/,
		);
		expect(page.includes('/workflow/the-spine"')).toBe(file === 'release-a-change.json');
	});

	it('is held where the gate or the publishing failed, with what was said', async () => {
		const refused = { message: 'n8n refused to publish', remedy: 'Give the key the right.' };
		const failed = await outcome({ decision: { decision: 'ship' }, releaseGate: refused });
		expect([failed.title, words(failed.page)]).toEqual([
			'It is held',
			'n8n refused to publish. Give the key the right.',
		]);
		const gone = await outcome({ error: 'The workflow ship-when-ready is not published' });
		expect(words(gone.page)).toBe('The workflow ship-when-ready is not published. Send the form again.');
		const other = await outcome({
			shipped: { asProven: false, grounds: 'Another version.', rolledBack: true },
		});
		expect(words(other.page)).toBe('Another version. It was rolled back.');
	});
});

describe('what somebody picks on page 2', () => {
	const template = readTemplate('release-a-change.json');
	const stand = (json: object) => ({
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: { jsCode: `return [{ json: ${JSON.stringify(json)} }];` },
	});
	const question = (check: string, earlier: object | null) => ({ check, roles: ['engineering'], earlier });

	it('is said again of the earlier release where the earlier yes was left as picked, and only there', async () => {
		const user = { email: 'engineer@example.com' };
		const run = await runWorkflow(
			workflow(
				{
					'Receive Change': stand({ user }),
					'Set Config': stand({ roles: { 'engineer@example.com': ['engineering'] } }),
					'Get It Prepared Again': stand({
						release: 'r-2',
						questions: [
							question('left', { release: 'r-1' }),
							question('anew', { release: 'r-1' }),
							question('denied', null),
						],
					}),
					'Ask What Only People Know': stand({
						user,
						'check:left': 'Yes, as Eve said on 2026-11-20 for r-1',
						'check:anew': 'Yes',
						'check:denied': 'No',
					}),
					'Set Answers': nodeOf(template, 'Set Answers'),
				},
				[
					['Start', 'Receive Change'],
					['Receive Change', 'Set Config'],
					['Set Config', 'Get It Prepared Again'],
					['Get It Prepared Again', 'Ask What Only People Know'],
					['Ask What Only People Know', 'Set Answers'],
				],
			),
		);
		expect(run.error).toBeUndefined();
		expect(run.json('Set Answers').map(({ check, status, repeats }) => [check, status, repeats])).toEqual([
			['left', 'pass', 'r-1'],
			['anew', 'pass', ''],
			['denied', 'fail', ''],
		]);
		expect(nodeOf(template, 'Record Answers').parameters).toMatchObject({ repeats: '={{ $json.repeats }}' });
	});
});
