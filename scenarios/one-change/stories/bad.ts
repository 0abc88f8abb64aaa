import { configIn, withConfig, without } from '../../../testbed/graph';
import { colleague, engineer, lead } from '../../../testbed/n8n/people';
import { sandboxSpine } from '../../../testbed/operate';
import { owner } from '../../../testbed/n8n/settings';
import { publishWorkflow } from '../../../testbed/n8n/workflows';
import { approveBy, askFor, nextSlot } from '../deeds';
import { spineWorkflow } from '../furnish';
import type { Story } from './story';

const paused: Story = {
	id: 'paused',
	title: 'A spine that is paused: nothing is rehearsed, and the page says why',
	play: async (stage) => {
		const { world } = stage;
		const kept = await world.draft();
		const spine = { resource: 'spine', spine: sandboxSpine };
		await world.byHand({ ...spine, operation: 'pause', reason: 'the vendor is down' });
		const walk = await askFor(stage, {
			change: 'A calmer tone\nIt reads hurried',
			name: 'paused',
			edit: (graph) => withConfig(graph, 'prompt', `${configIn(graph, 'prompt')} Write calmly.`),
			riskClass: 'controlled',
			says: ['Write calmly', /Rehearse the draft\..*is paused \(.*the vendor is down.*\).*Resume it/],
		});
		stage.says('the last page says that it is held', walk.end, ['It is held']);
		await world.byHand({ ...spine, operation: 'resume', reason: 'it is back' });
		await world.edit(() => kept);
		return { riskClass: 'controlled', end: 'held' };
	},
};

const claim: Story = {
	id: 'dropped-claim',
	title: 'A dropped claim node: refused by the audit, with the path',
	play: async (stage) => {
		const kept = await stage.world.draft();
		const walk = await askFor(stage, {
			change: 'A shorter workflow\nThe claim looked superfluous',
			name: 'claim',
			edit: (graph) => without(graph, 'Claim Delivery', 1, 'Route Deliveries'),
			riskClass: 'critical',
			says: [
				'It takes the place of “A calmer tone”',
				'Claim Delivery',
				'Is idempotency preserved?',
				/Path: Check Every .*Route Deliveries -> .* -> Send Email\./,
			],
		});
		stage.says('the last page says that it is held', walk.end, ['It is held']);
		await stage.world.edit(() => kept);
		return { riskClass: 'critical', end: 'held' };
	},
};

/** What the vendor writes no more, some time after the release. */
const refused = 'in the voice of a doctor';

const prompt: Story = {
	id: 'rolled-back',
	title: 'A prompt that the vendor comes to refuse: rolled back by itself',
	play: async (stage) => {
		const { world, reader } = stage;
		const before = await world.versions();
		const good = configIn(await world.draft(), 'prompt');
		const walk = await askFor(stage, {
			change: 'Speak as a doctor would\nReaders trust it more',
			name: 'bad',
			edit: (graph) => withConfig(graph, 'prompt', `${good} Write it ${refused}.`),
			riskClass: 'controlled',
			says: [refused],
		});
		await approveBy(stage, walk, [lead], 'bad');
		// It passed the rehearsal; from now on every text is refused, and no run fails.
		world.standIns.generator.admin.flaw('refused', Number.MAX_SAFE_INTEGER, refused);
		await nextSlot(stage, 'nobody');
		// The slot is over when the next one opens: then the monitor knows that deliveries were missed.
		await nextSlot(stage);
		const end = (await reader.newest())?.body.stage ?? 'nothing';
		stage.say(`The monitor: ${(await reader.told('stability.verdict')).at(-1) ?? 'nothing'}`);
		stage.holds('it is rolled back, and nobody clicked', end === 'rolled-back', `it is ${end}`);
		const { published } = await world.versions();
		stage.holds('what runs is the version of before', published === before.published, `${published} runs`);
		stage.holds(
			'the editor shows that version again',
			configIn(await world.draft(), 'prompt') === good,
			'the draft still holds the bad change',
		);
		const told = world.mailbox.alerts.filter((text) => /was sent back/.test(text));
		stage.holds('the team is told once, on its own channel', told.length === 1, `${told.length} times`);
		return { riskClass: 'controlled', end };
	},
};

const taken: Story = {
	id: 'taken-back',
	title: 'Rolled back by one form',
	play: async (stage) => {
		const before = await stage.world.versions();
		const walk = await askFor(stage, {
			change: 'A new subject\nThe old one is worn out',
			name: 'subject',
			edit: (graph) => withConfig(graph, 'subject', 'Read this'),
			riskClass: 'critical',
			says: ['Read this'],
		});
		await approveBy(stage, walk, [colleague, lead], 'subject');
		const leading = await (await stage.as(lead)).rollBack('Readers complain', true, 'refused');
		stage.says('who has no role for it cannot roll back', leading.end, [
			'You cannot roll it back',
			'engineering',
		]);
		const walker = await stage.as(engineer);
		const looked = await walker.rollBack('Readers complain', false, 'looked');
		stage.says('the plan says what is put back and what it costs', looked.plan, [
			'is published again',
			'About',
		]);
		stage.says('without a confirmation nothing is done', looked.end, ['Nothing was done']);
		const { end, seconds } = await walker.rollBack('Readers complain', true, 'roll-back');
		stage.took('the rollback, from its button to the last page', seconds);
		stage.says('it says what was done', end, [
			'It is rolled back',
			'The workflows run as before',
			'goes on in its rhythm',
		]);
		const { published } = await stage.world.versions();
		stage.holds('what runs is the version of before', published === before.published, `${published} runs`);
		const came = (await stage.reader.newest())?.body.stage ?? 'nothing';
		stage.holds('the release is rolled back', came === 'rolled-back', `it is ${came}`);
		const said = (await stage.reader.told('release.rejected')).at(-1) ?? '';
		stage.says('who decided it is on record, by account', said, [engineer.firstName]);
		await nextSlot(stage);
		return { riskClass: 'critical', end: came };
	},
};

const beside: Story = {
	id: 'beside-the-gate',
	title: 'Publish pressed beside the gate',
	play: async (stage) => {
		const { world } = stage;
		const kept = await world.draft();
		const before = await world.versions();
		await world.edit((graph) => withConfig(graph, 'subject', 'Not seen by anybody'));
		await (await stage.as(owner)).publishInEditor(spineWorkflow, 'beside');
		const after = await world.versions();
		stage.holds(
			'the editor publishes it',
			after.published === after.draft && after.draft !== before.published,
			'it does not',
		);
		await nextSlot(stage, 'nobody');
		const told = (await stage.reader.told('spine.ungated-change')).at(-1) ?? '';
		stage.says('the alarm names the node that differs', told, [/node Set Config differs/]);
		await world.edit(() => kept);
		await publishWorkflow(world.n8n.session, spineWorkflow);
		await nextSlot(stage);
		return { riskClass: 'not asked', end: 'held' };
	},
};

/** Those after which the error budget is spent stand last: then only a hotfix ships. */
export const bad: readonly Story[] = [paused, claim, taken, prompt, beside];
