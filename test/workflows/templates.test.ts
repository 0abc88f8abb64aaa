import { describe, expect, it } from '@jest/globals';
import { auditWorkflow, parseAuditPolicy, parseWorkflow } from '../../core/audit';
import { connectionFindings, describeNodes, parameterFindings } from './check';
import { nodeOf, readTemplate, targetsOf, templateFiles, type Template, type TemplateNode } from './template';

const describeNode = describeNodes();
const STICKY = 'n8n-nodes-base.stickyNote';
const IF = 'n8n-nodes-base.if';
/** What acts behind a key claim in the set `once`. */
const ACTS = new Set(['Create Shipment', 'Run the Job', 'Create Order', 'Create Refund']);
const OURS = 'n8n-nodes-release-gate.';
/** Size of a node on the canvas with its caption, and the least a reader needs between two. */
const NODE = { width: 96, height: 96, caption: 40 };

/** Why a spine of 26 to 28 nodes is one workflow. */
const SPINE_WHOLE =
	'What it sends with, its last look and its record stand on one canvas beside their rehearsal: that is what a person compares and the audit proves.';
/** What a person takes in at the zoom at which n8n opens a canvas. */
const MOST_NODES = 25;
/** Larger ones, and why they are not taken apart. */
const LARGER: Readonly<Record<string, string>> = {
	'content-delivery-spine.json': SPINE_WHOLE,
	'sheet-delivery.json': SPINE_WHOLE,
	'table-delivery.json': SPINE_WHOLE,
	'release-a-change.json':
		'A form waits in its own execution and is signed in there: who asks and who answers is unknown to a workflow that is called.',
};

/** The canvas of an editor in a window of 1,500 by 1,000, into which n8n fits a workflow that it opens. */
const CANVAS = { width: 1300, height: 800 };
/** The notes of templates that opened at 0.23 to 0.31 were illegible to whoever tried them. */
const LEAST_ZOOM = 1 / 3;

const working = (template: Template): readonly TemplateNode[] =>
	template.nodes.filter(({ type }) => type !== STICKY);
const notes = (template: Template): readonly TemplateNode[] =>
	template.nodes.filter(({ type }) => type === STICKY);
const boxOf = (note: TemplateNode) => {
	const [left, top] = note.position;
	const { width, height } = note.parameters as { width: number; height: number };
	return { left, top, right: left + width, bottom: top + height };
};

it('ships these templates', () => {
	expect(templateFiles()).toEqual([
		'act-on-a-spine.json',
		'agent-tool.json',
		'approve-a-change.json',
		'content-delivery-spine.json',
		'daily-job.json',
		'delivery-errors.json',
		'desk.json',
		'doctor.json',
		'drain.json',
		'dry-run.json',
		'flag-rollout.json',
		'gate-readings.json',
		'hotfix-account.json',
		'hotfix-release.json',
		'major-release.json',
		'nightly-audit.json',
		'order-to-erp.json',
		'post-release-watch.json',
		'provider-events.json',
		'publish-release-notes.json',
		'read-documents.json',
		'reconcile.json',
		'release-a-change.json',
		'release-intake.json',
		'release-notes.json',
		'release-report.json',
		'release-train.json',
		'roll-back-a-release.json',
		'rollback.json',
		'service-levels.json',
		'sheet-delivery.json',
		'ship-when-ready.json',
		'smoke-tests.json',
		'snapshot-and-drill.json',
		'software-rollback.json',
		'stabilization-monitor.json',
		'staging-smoke.json',
		'stripe-webhook.json',
		'table-delivery.json',
		'tell-people.json',
		'train-answer.json',
		'train-build.json',
		'train-deploy.json',
		'train-gather.json',
		'train-pipeline.json',
		'train-watch.json',
		'watch-workflows.json',
		'weekly-release.json',
	]);
});

describe.each(templateFiles())('%s', (file) => {
	const template = readTemplate(file);

	it('fits a canvas: at most 25 nodes, its notes apart', () => {
		const reason = LARGER[file];
		const count = working(template).length;
		expect([file, count > MOST_NODES && reason === undefined]).toEqual([file, false]);
		// An exception that is none any more is taken off the list.
		expect([file, reason !== undefined && count <= MOST_NODES]).toEqual([file, false]);
	});

	it('opens at a zoom at which its headings can be read', () => {
		const boxes = template.nodes.map((node) =>
			node.type === STICKY
				? boxOf(node)
				: {
						left: node.position[0],
						top: node.position[1],
						right: node.position[0] + NODE.width,
						bottom: node.position[1] + NODE.height + NODE.caption,
					},
		);
		const width = Math.max(...boxes.map(({ right }) => right)) - Math.min(...boxes.map(({ left }) => left));
		const height = Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top));
		expect(Math.min(CANVAS.width / width, CANVAS.height / height)).toBeGreaterThan(LEAST_ZOOM);
	});

	it('is a plain export: no ids, pinned data, credentials, not active', () => {
		expect(Object.keys(template).sort()).toEqual([
			'active',
			'connections',
			'name',
			'nodes',
			'settings',
			'tags',
			'versionId',
		]);
		expect(template.active).toBe(false);
		for (const node of template.nodes) {
			for (const forbidden of ['id', 'credentials', 'webhookId', 'notesInFlow']) {
				expect(node).not.toHaveProperty(forbidden);
			}
		}
		expect(template.settings).not.toHaveProperty('errorWorkflow');
	});

	it('has a version id of its own, without which n8n 2.0 imports no file from its command line', () => {
		const { versionId } = template;
		expect(versionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
		const users = templateFiles().filter((other) => readTemplate(other).versionId === versionId);
		expect(users).toEqual([file]);
	});

	it('holds no secret and no address of a real person', () => {
		const text = JSON.stringify({ ...template, versionId: null });
		expect(text).not.toMatch(/\b(sk-|pat-|xox[abp]-|ghp_|AKIA|eyJ[A-Za-z0-9_-]{10})/);
		expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i);
		expect(text.match(/[\w.]+@(?!example\.com)[\w-]+\.[a-z]{2,}/g) ?? []).toEqual([]);
	});

	it('says to publish what other workflows call: n8n calls no other ones from a published workflow', () => {
		const called = template.nodes.some(({ type }) => type.endsWith('.executeWorkflowTrigger'));
		const told = notes(template).some(({ parameters }) =>
			/\bpublish (it|this workflow)\b/i.test(String(parameters.content)),
		);
		expect([file, called && !told]).toEqual([file, false]);
	});

	it('opens no door: forms and webhooks ask who is there', () => {
		const open = template.nodes.filter(({ type, parameters: { authentication } }) => {
			if (/\.formTrigger$/.test(type)) return !['n8nUserAuth', 'basicAuth'].includes(String(authentication));
			if (/\.webhook$/.test(type))
				return !['headerAuth', 'basicAuth', 'jwtAuth'].includes(String(authentication));
			return /\.(chatTrigger|emailReadImap)$/.test(type);
		});
		expect(open.map(({ name }) => name)).toEqual([]);
	});

	it('lets only workflows of the same owner call it', () => {
		const called = template.nodes.some(({ type }) => type.endsWith('.executeWorkflowTrigger'));
		// n8n 3 has no "any workflow" any more; a workflow that others call says who may.
		if (called) expect(template.settings).toMatchObject({ callerPolicy: 'workflowsFromSameOwner' });
	});

	it('writes no command into Slack: what comes from outside is escaped', () => {
		const loose = template.nodes
			.map(({ name, type, parameters }) => {
				// The alerts over HTTP post what Slack's chat.postMessage takes.
				const body = JSON.stringify(parameters['jsonBody'] ?? '');
				const posts = /\bchannel: .*\btext: /s.test(body);
				return {
					name,
					text: type === 'n8n-nodes-base.slack' ? String(parameters['text']) : posts ? body : '',
				};
			})
			.filter(({ text }) => {
				return text.startsWith('=') && !text.includes(`.replace(/&/g, '&amp;').replace(/</g, '&lt;')`);
			});
		expect(loose.map(({ name }) => name)).toEqual([]);
	});

	it('lets nothing pass for told that Slack refused: the run fails, or a record or the page of who asked says so', () => {
		const tells = ({ type, parameters }: TemplateNode): boolean =>
			type === 'n8n-nodes-base.slack' ||
			/\bchannel: .*\btext: /s.test(JSON.stringify(parameters['jsonBody'] ?? ''));
		const hearsOf = (name: string): readonly TemplateNode[] => {
			const next = new Set(targetsOf(template, name, 0));
			return template.nodes.filter((node) => {
				const text = JSON.stringify(node.parameters);
				return (
					(next.has(node.name) && (node.type.endsWith('.stopAndError') || /\$json\.ok\b/.test(text))) ||
					text.includes(`$('${name}').first().json.ok `)
				);
			});
		};
		const deaf = template.nodes.filter(tells).filter(({ name, type, onError }) => {
			// Slack's own node fails by itself; a request over HTTP has had its answer, and that is a 200.
			const failsItself = type === 'n8n-nodes-base.slack' && onError === undefined;
			return !failsItself && hearsOf(name).length === 0;
		});
		expect(deaf.map(({ name }) => name)).toEqual([]);
	});

	it('sets the execution order and the time zone', () => {
		expect(template.settings).toMatchObject({
			executionOrder: 'v1',
			timezone: expect.stringMatching(/\w+\/\w+/),
		});
	});

	it('uses types, versions, parameters and values that the nodes have', () => {
		const findings = template.nodes.flatMap((node) => {
			const description = describeNode(node.type, node.typeVersion);
			if (!description) return [`${node.name}: no ${node.type} ${node.typeVersion}`];
			return parameterFindings(node, description).map((finding) => `${node.name}: ${finding}`);
		});
		expect(findings).toEqual([]);
	});

	it('connects only outputs and inputs that exist, and reaches every node', () => {
		expect(connectionFindings(template, describeNode)).toEqual([]);
		const reached = new Set(
			working(template).flatMap(({ name }) =>
				[0, 1, 2, 3].flatMap((output) => targetsOf(template, name, output)),
			),
		);
		const stray = working(template).filter(
			({ name, type }) => !reached.has(name) && !/[tT]rigger$|\.webhook$/.test(type),
		);
		expect(stray.map(({ name }) => name)).toEqual([]);
	});

	it('names every node once, beginning with a verb or a question', () => {
		const names = template.nodes.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		const verbs =
			/^(Acknowledge|Alert|Announce|Ask|Assess|Audit|Check|Claim|Close|Commit|Compare|Complete|Configure|Confirm|Create|Evaluate|Find|Flush|Generate|Get|Give|Is|List|Merge|Open|Promote|Publish|Receive|Record|Return|Roll|Route|Run|Send|Set|Settle|Show|Start|Stop|Sweep|Tag|Take|Turn|Wait|When|Write)\b/;
		expect(
			working(template)
				.map(({ name }) => name)
				.filter((name) => !verbs.test(name)),
		).toEqual([]);
	});

	it('explains itself: one overview with numbered set-up, and every node within a section', () => {
		const overview = notes(template).filter(({ name }) => name === 'Overview');
		expect(overview).toHaveLength(1);
		const content = String(overview[0]?.parameters['content']);
		expect(content).toMatch(/^## /);
		expect(content).toMatch(/### Set-up\n1\. .*self-hosted/i);
		expect(content).toContain('n8n-nodes-release-gate');
		const sections = notes(template)
			.filter(({ name }) => name !== 'Overview')
			.map(boxOf);
		const outside = working(template).filter(({ position: [x, y] }) => {
			const within = sections.filter(
				(box) =>
					x >= box.left &&
					x + NODE.width <= box.right &&
					y >= box.top &&
					y + NODE.height + NODE.caption <= box.bottom,
			);
			return within.length !== 1;
		});
		expect(outside.map(({ name }) => name)).toEqual([]);
	});

	it('reads from left to right, row by row, without overlaps', () => {
		const nodes = working(template);
		const clashes = nodes.flatMap((node, index) =>
			nodes
				.slice(index + 1)
				.filter(
					({ position: [x, y] }) =>
						Math.abs(x - node.position[0]) < 2 * NODE.width &&
						Math.abs(y - node.position[1]) < NODE.height + NODE.caption,
				)
				.map((other) => `${node.name} / ${other.name}`),
		);
		expect(clashes).toEqual([]);
		const overlapping = notes(template).flatMap((note, index) =>
			notes(template)
				.slice(index + 1)
				.filter((other) => {
					const [a, b] = [boxOf(note), boxOf(other)];
					return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
				})
				.map((other) => `${note.name} / ${other.name}`),
		);
		expect(overlapping).toEqual([]);
		const sections = notes(template)
			.filter(({ name }) => name !== 'Overview')
			.map(boxOf);
		const rowOf = ([, y]: readonly [number, number]): number =>
			sections.find(({ top, bottom }) => y >= top && y < bottom)?.top ?? 0;
		const backwards = nodes.flatMap((node) =>
			[0, 1, 2, 3].flatMap((output) =>
				targetsOf(template, node.name, output)
					.filter((target) => {
						const { position } = nodeOf(template, target);
						// A long template goes on in the next row of sections. Who looks until something has happened
						// goes back to its Wait, and who runs a spine while more is due to its turn.
						const { type, parameters } = nodeOf(template, target);
						const loops =
							(type === 'n8n-nodes-base.wait' && node.type === IF) || parameters['operation'] === 'turn';
						return !loops && position[0] < node.position[0] && rowOf(position) <= rowOf(node.position);
					})
					.map((target) => `${node.name} -> ${target}`),
			),
		);
		expect(backwards).toEqual([]);
	});

	it('leads no harmless branch to a send, and retries no send', () => {
		for (const node of working(template)) {
			expect(node.retryOnFail ?? false).toBe(false);
			expect(node.alwaysOutputData ?? false).toBe(false);
			if (node.type.startsWith(OURS) && /releaseGate|idempotencyCheck/.test(node.type)) {
				expect(targetsOf(template, node.name, 0).map((name) => nodeOf(template, name).type)).not.toContain(
					'n8n-nodes-base.httpRequest',
				);
			}
		}
	});

	it('passes the workflow audit once its two configured addresses are declared', () => {
		const declared = working(template)
			// The rollback is a template of its own, and audited there.
			.filter(({ type }) => /\.(httpRequest|executeWorkflow)$/.test(type))
			.map(({ name }) => ({
				name,
				role: /^Send/.test(name)
					? 'sender'
					: /^Alert/.test(name)
						? 'notifier'
						: ACTS.has(name)
							? 'writer'
							: /^(Ask|Roll Back)/.test(name)
								? 'reader'
								: 'generator',
				failsPerItem: true,
				items: 'same',
				reason: 'The address comes from Set Config.',
			}));
		const report = auditWorkflow(parseWorkflow(template, file), {
			policy: parseAuditPolicy({ nodes: declared }, file),
		});
		const errors = report.violations.filter(({ severity }) => severity === 'error');
		expect(errors.map(({ rule, node }) => `${rule}: ${node}`)).toEqual([]);
	});
});

describe('the spine template', () => {
	const template = readTemplate('content-delivery-spine.json');
	const twins = [
		['Claim Delivery', 'Claim Rehearsal'],
		['Generate Text', 'Generate Rehearsal Text'],
		['Is Text Unfit?', 'Is Rehearsal Text Unfit?'],
		['Confirm Before Send', 'Confirm Rehearsal'],
	] as const;

	/** How a send is made, of which a rehearsal makes none. */
	const OF_THE_SEND = new Set(['batches', 'batchProvider', 'perCall', 'message']);

	it.each(twins)('rehearses %s with the very same settings', (live, rehearsal) => {
		const [a, b] = [nodeOf(template, live), nodeOf(template, rehearsal)];
		const settings = Object.entries(a.parameters).filter(([name]) => !OF_THE_SEND.has(name));
		expect([b.type, b.typeVersion, b.parameters, b.onError]).toEqual([
			a.type,
			a.typeVersion,
			Object.fromEntries(settings),
			a.onError,
		]);
	});

	it('puts the same into a message of a batch as into a single one, but for its marks', () => {
		const single = String(nodeOf(template, 'Send Email').parameters['jsonBody']);
		const ofBatch = String(nodeOf(template, 'Confirm Before Send').parameters['message']);
		expect(ofBatch).toBe(single.replace(/, Metadata: .*$/, ' } }}'));
	});

	it('leads the dry-run branch to no send', () => {
		const seen = new Set<string>();
		const queue = [...targetsOf(template, 'Route Deliveries', 2)];
		for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
			if (seen.has(name)) continue;
			seen.add(name);
			[0, 1, 2, 3].forEach((output) => queue.push(...targetsOf(template, name, output)));
		}
		expect(seen).toContain('Commit Rehearsal');
		expect(seen).not.toContain('Send Email');
		expect(seen).not.toContain('Send Email Batch');
		expect(seen).not.toContain('Commit Delivery');
	});

	it('ships in dry run', () => {
		expect(nodeOf(template, 'Configure Spine').parameters).toMatchObject({ mode: 'dry-run' });
	});
});
