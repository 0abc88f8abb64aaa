import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditWorkflow, parseAuditPolicy, parseWorkflow } from '../../../core/audit';
import { deedsOf } from '../../../testbed/audit/deeds';
import { SCENARIOS } from '../../../testbed/audit/scenarios';
import { node, STAND_INS, type SpineWorkflow } from '../../../testbed/audit/spine';
import { trialSpine } from '../../../testbed/audit/trial-spine';
import { TrialFixture } from '../../../testbed/audit/trial-fixture';

/**
 * Why the audit has no rule against copying a claimed item before its confirmation: the ledger grants one
 * confirmation per token, so that only one of the copies reaches the send.
 */
const FROM = 'Text fits';
const TO = 'Confirm before send';

let fixture: TrialFixture;
let port: number;

beforeAll(async () => {
	({ fixture, port } = await TrialFixture.start());
}, 60_000);
afterAll(async () => await fixture.stop());

const copied = (join: boolean): SpineWorkflow => {
	const workflow = trialSpine(port);
	workflow.nodes.push(node('Copy', 'n8n-nodes-base.noOp'));
	const outputs = workflow.connections[FROM]?.main;
	const target = join ? 'Join' : TO;
	if (!outputs) throw new Error(`'${FROM}' leads nowhere`);
	outputs[0] = [
		{ node: target, type: 'main', index: 0 },
		{ node: 'Copy', type: 'main', index: 0 },
	];
	workflow.connections.Copy = { main: [[{ node: target, type: 'main', index: join ? 1 : 0 }]] };
	if (join) {
		workflow.nodes.push(node('Join', 'n8n-nodes-base.merge', {}, {}, 3.2));
		workflow.connections.Join = { main: [[{ node: TO, type: 'main', index: 0 }]] };
	}
	return workflow;
};

it.each([
	['copies that come one after the other', false, /: (in-flight|not-claimed|already-committed|in-doubt)$/],
	['copies that come in one batch', true, /: duplicate-in-batch$/],
])(
	'%s: one is confirmed and sent, the other refused',
	async (_what, join, reason) => {
		const workflow = copied(join);
		const policy = parseAuditPolicy(STAND_INS, 'test');
		expect(auditWorkflow(parseWorkflow(workflow, 'test'), { policy }).verdict).toBe('proven');
		const scenarios = SCENARIOS.filter(({ name }) => name === 'two runs at once');
		const { harms, mails, refusals, leftOpen } = await deedsOf(fixture, workflow, scenarios);
		expect([...harms]).toEqual([]);
		expect([...mails]).toEqual([['two runs at once', 2]]);
		expect([...refusals].some((one) => reason.test(one))).toBe(true);
		expect(leftOpen).toBe(false);
	},
	60_000,
);
