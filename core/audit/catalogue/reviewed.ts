import type { WorldRole } from './types';

const B = 'n8n-nodes-base.';
const L = '@n8n/n8n-nodes-langchain.';

/** Operations of one role, by type: `type: operation operation`. */
const all = (role: WorldRole, lines: string, prefix = B): [string, WorldRole][] =>
	lines
		.trim()
		.split('\n')
		.flatMap((line) => {
			const [type = '', operations = ''] = line.trim().split(/:\s*/);
			return operations
				.split(/\s+/)
				.map((operation): [string, WorldRole] => [`${prefix}${type} ${operation}`, role]);
		});

/**
 * Operations that say they send, notify, reply, invite, post or call (`operations.json`, `sending`), and what reading
 * them showed they do instead. All others of that list are senders. Read on 2026-11-30 against the version named there.
 */
export const REVIEWED: ReadonlyMap<string, WorldRole> = new Map<string, WorldRole>([
	// Work on an account or a record that exists; nobody is told.
	...all(
		'reader',
		`clickUp: comment.getAll
		confluence: page.getComments
		discourse: post.get post.getAll
		disqus: forum.getPosts
		elasticSecurity: caseComment.get caseComment.getAll
		freshservice: announcement.get announcement.getAll
		ghost: post.get post.getAll
		gong: call.get call.getAll
		googleBusinessProfile: post.get post.getAll
		googlePerspective: analyzeComment
		jira: issueComment.get issueComment.getAll
		keap: email.getAll
		mattermost: reaction.getAll
		microsoftTeams: channelMessage.getAllReplies
		monicaCrm: call.get call.getAll reminder.get reminder.getAll
		nasa: donkiNotifications.get
		orbit: post.getAll
		reddit: post.get post.getAll post.search postComment.getAll
		slack: channel.replies
		strava: activity.getComments
		theHiveProject: comment.search
		todoist: comment.get comment.getAll reminder.getAll
		twist: comment.get comment.getAll
		twitter: tweet.search
		wekan: cardComment.get cardComment.getAll
		wordpress: post.get post.getAll`,
	),
	// Take something away again.
	...all(
		'writer',
		`asana: taskComment.remove
		clickUp: comment.delete
		confluence: page.deleteComment
		elasticSecurity: caseComment.remove
		freshservice: announcement.delete
		ghost: post.delete
		googleBusinessProfile: post.delete review.delete
		jira: issueComment.remove
		mattermost: message.delete reaction.delete
		misp: event.unpublish
		monicaCrm: call.create call.update call.delete reminder.delete
		n8n: workflow.deactivate
		orbit: post.delete
		reddit: post.delete postComment.delete
		storyblok: story.unpublish
		theHiveProject: comment.deleteComment
		todoist: comment.delete reminder.delete
		trello: cardComment.delete
		twist: comment.delete
		twitter: tweet.delete
		wekan: cardComment.delete
		matrix: media.upload`,
	),
	// Tell those who work on a ticket, an issue or a task: the team.
	...all(
		'notifier',
		`asana: taskComment.add
		clickUp: comment.create comment.update
		confluence: page.addComment
		elasticSecurity: caseComment.add caseComment.update
		github: issue.createComment pullRequest.createComment pullRequest.editComment
		gitlab: issue.createComment
		jira: issueComment.add issueComment.update
		linear: comment.addComment
		mattermost: reaction.create message.post message.postEphemeral
		rocketchat: chat.postMessage
		signl4: alert.send
		slack: message.post message.postEphemeral
		pushcut: notification.send
		theHiveProject: comment.add comment.update
		todoist: comment.create comment.update reminder.create reminder.update
		trello: cardComment.create cardComment.update
		twist: comment.create comment.update
		wekan: cardComment.create
		zulip: message.sendStream
		matrix: message.create
		discord: message.send sendLegacy *`,
	),
	// What a model is asked, or an agent thinks.
	...all(
		'generator',
		`minimax: text.message
		moonshot: text.message
		ollama: text.message
		openAi: assistant.message
		toolThink: *`,
		L,
	),
]);
