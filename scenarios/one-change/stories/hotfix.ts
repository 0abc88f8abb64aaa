import { configIn, withConfig, withNode } from '../../../testbed/graph';
import { engineer, lead } from '../../../testbed/n8n/people';
import { approveBy, askFor, untilItEnds } from '../deeds';
import type { Story } from './story';

const dayMs = 86_400_000;

/** A hotfix by the same form, the account asked for afterwards, and the follow-up that is still owed. */
export const hotfix: Story = {
	id: 'hotfix',
	title: 'A hotfix: the same checklist, its account asked for afterwards, its follow-up released',
	play: async (stage) => {
		const { world } = stage;
		const walk = await askFor(stage, {
			change: 'Wait longer for the vendor\nTexts time out and deliveries stop',
			wait: 'No: deliveries have stopped',
			name: 'hotfix',
			edit: (graph) => {
				const longer = (of: Record<string, unknown>) => ({
					...of,
					options: { ...(of.options as object), timeout: 90_000 },
				});
				return withNode(withNode(graph, 'Generate Text', longer), 'Generate Rehearsal Text', longer);
			},
			riskClass: 'controlled',
			says: ['90000', '60000'],
		});
		await approveBy(stage, walk, [lead], 'hotfix');
		const reminders = () => world.mailbox.alerts.filter((text) => text.startsWith('Hotfix '));
		const before = reminders().length;
		await world.passTo(world.clock.now() + dayMs);
		const [first = ''] = reminders().slice(before);
		stage.says('a day later the team is reminded of what it owes', first, [
			'owes its account, by',
			'follow-up release, by',
		]);
		const [link = ''] = /http\S+hotfix-account\?release=[^\s;]+/.exec(first) ?? [];
		const walker = await stage.as(engineer);
		const short = await walker.account(link, 'It was slow.', 'account-short');
		stage.says('a few words are no account', short.end, ['It is not on record']);
		const { shown, end } = await walker.account(
			link,
			'Texts took longer than a minute since Monday, so runs gave up; the limit is ninety seconds now.',
		);
		stage.says('the form shows until when it is due', shown, [
			'This account is due by',
			'A follow-up release is due by',
		]);
		stage.says('the account is put on record', end, [
			'The account is on record',
			'A follow-up release is still owed',
		]);
		const told = (await stage.reader.told('release.notes-written')).at(-1) ?? '';
		stage.says('who gave it is on record, by account', told, [`written by ${engineer.firstName}`]);
		const again = await walker.account(link, 'twice');
		stage.says('a second account is not asked for', again.end, ['No account is owed']);
		const given = reminders().length;
		await world.passTo(world.clock.now() + dayMs);
		const [next = ''] = reminders().slice(given);
		stage.holds(
			'from then on only the follow-up is reminded of',
			next.includes('owes a follow-up release') && !next.includes('its account'),
			next === '' ? 'nobody was reminded' : next,
		);
		const mended = await untilItEnds(stage);
		stage.holds('the hotfix itself is stable a full cycle later', mended === 'stable', `it is ${mended}`);
		const follow = await askFor(stage, {
			change: 'Give up on shorter texts\nThe vendor needs long for long ones',
			wait: 'Yes: it follows up on a hotfix',
			name: 'follow-up',
			edit: (graph) => withConfig(graph, 'prompt', `${configIn(graph, 'prompt')} Keep it under a page.`),
			riskClass: 'controlled',
			says: ['Keep it under a page'],
		});
		await approveBy(stage, follow, [lead], 'follow-up');
		const came = await untilItEnds(stage);
		stage.holds('its follow-up is stable a full cycle later', came === 'stable', `it is ${came}`);
		const owing = reminders().length;
		await world.passTo(world.clock.now() + dayMs);
		stage.holds('then nobody is reminded any more', reminders().length === owing, reminders().at(-1) ?? '');
		return { riskClass: 'controlled', end: came };
	},
};
