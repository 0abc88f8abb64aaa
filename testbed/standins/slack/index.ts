import { slack as contract } from '../../contracts/slack';
import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Bot token the Slack stand-in takes. */
export const sandboxSlackToken = 'xoxb-stand-in';

/** The workspace's channels by name. Slack's methods want the id; `conversations.history` takes nothing else. */
export const slackChannels = {
	engineering: 'C0ENGINEER1',
	general: 'C0GENERAL01',
	support: 'C0SUPPORT01',
} as const;
export type SlackChannel = keyof typeof slackChannels;

/** One message in a channel. */
export interface SlackMessage {
	/** Name of the channel. */
	readonly channel: SlackChannel;
	readonly text: string;
	/** Slack's id and time: seconds with six decimals. */
	readonly ts: string;
	/** `null` for the bot. */
	readonly user: string | null;
}

/** What a test may do to the Slack stand-in. */
export interface SlackAdmin extends StandInAdmin {
	/** Everything that was posted, oldest first: the outside truth. */
	messages(channel?: SlackChannel): readonly SlackMessage[];
	/** A person writes into a channel. */
	say(channel: SlackChannel, user: string, text: string): void;
	/** From now on posting there fails with `channel_not_found`. */
	removeChannel(channel: SlackChannel): void;
	restoreChannel(channel: SlackChannel): void;
	clearMessages(): void;
}

/** Messages of one page of a history at most, and if nobody says (docs.slack.dev/reference/methods/conversations.history). */
const most = 999;
const usual = 100;

/**
 * Starts Slack's Web API: `auth.test`, `chat.postMessage`, `conversations.history`. Errors come with HTTP 200 and
 * `ok: false`. Stricter than Slack: a message too goes to a channel's id only, since Slack asks for it and names change.
 */
export async function startSlack(options: VendorOptions = {}): Promise<StandIn<SlackAdmin>> {
	const clock = options.clock ?? Date.now;
	const posted: SlackMessage[] = [];
	const gone = new Set<SlackChannel>();
	const named = (id: unknown): SlackChannel | undefined =>
		(Object.keys(slackChannels) as SlackChannel[]).find(
			(name) => slackChannels[name] === id && !gone.has(name),
		);
	const faults = vendorFaults({
		throttled: { ok: false, error: 'ratelimited' },
		broken: { ok: false, error: 'internal_error' },
	});
	const { app, ...bench } = keyedBench(
		faults,
		(request) => bearerOf(request) === sandboxSlackToken,
		{ status: 200, body: { ok: false, error: 'invalid_auth' } },
		contract,
	);
	const add = (channel: SlackChannel, user: string | null, text: string): SlackMessage => {
		const ts = `${Math.floor(clock() / 1000)}.${String(posted.length + 1).padStart(6, '0')}`;
		const message = { channel, text, ts, user };
		posted.push(message);
		return message;
	};
	app.get('/api/auth.test', async () => ({ ok: true, team: 'RoleFerry', user: 'release-bot', bot_id: 'B1' }));
	// What n8n asks to test a token (`SlackApi.credentials.js`, n8n-nodes-base 2.40).
	app.get('/api/users.profile.get', async () => ({ ok: true, profile: { real_name: 'release-bot' } }));
	app.post('/api/auth.test', async () => ({
		ok: true,
		team: 'RoleFerry',
		user: 'release-bot',
		bot_id: 'B1',
	}));
	app.post('/api/chat.postMessage', async (request) => {
		const body = (request.body ?? {}) as { channel?: string; text?: string };
		const channel = named(body.channel);
		if (channel === undefined) return { ok: false, error: 'channel_not_found' };
		if (!body.text) return { ok: false, error: 'no_text' };
		const { ts, text } = add(channel, null, body.text);
		return {
			ok: true,
			channel: slackChannels[channel],
			ts,
			message: { type: 'message', subtype: 'bot_message', text, ts, bot_id: 'B1' },
		};
	});
	app.get('/api/conversations.history', async (request) => {
		const query = request.query as Record<'channel' | 'oldest' | 'limit' | 'cursor', string | undefined>;
		const channel = named(query.channel);
		if (channel === undefined) return { ok: false, error: 'channel_not_found' };
		const oldest = Number(query.oldest ?? 0);
		const size = Math.min(Number(query.limit ?? usual), most);
		const from = query.cursor ? Number(Buffer.from(query.cursor, 'base64url').toString()) : 0;
		if (Number.isNaN(from)) return { ok: false, error: 'invalid_cursor' };
		const found = posted
			.filter((message) => message.channel === channel && Number(message.ts) > oldest)
			.reverse();
		const messages = found
			.slice(from, from + size)
			.map(({ text, ts, user }) => ({ type: 'message', text, ts, ...(user ? { user } : { bot_id: 'B1' }) }));
		const more = from + size < found.length;
		const next = more ? Buffer.from(String(from + size)).toString('base64url') : '';
		return { ok: true, messages, has_more: more, response_metadata: { next_cursor: next } };
	});
	const admin: SlackAdmin = {
		...bench.admin,
		messages: (channel) => posted.filter((message) => channel === undefined || message.channel === channel),
		say: (channel, user, text) => {
			add(channel, user, text);
		},
		removeChannel: (channel) => gone.add(channel),
		restoreChannel: (channel) => gone.delete(channel),
		clearMessages: () => {
			posted.length = 0;
		},
	};
	app.get('/__admin/messages', async () => admin.messages());
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
