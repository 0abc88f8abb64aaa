import { BASE, besides, get, node, post } from '../edit';

import { foreign, type Change } from './table';

const called = (url: string): Change => besides(get('Call', url));
const request = (parameters: Record<string, unknown>, version = 4.2): Change =>
	besides(node('Call', `${BASE}httpRequest`, { options: {}, ...parameters }, {}, version));

/** 4: requests that look as if they only read. */
export const gets = foreign(4, {
	"Slack's chat.postMessage": [
		'Slack takes it by GET: a message nobody gated',
		called('https://slack.com/api/chat.postMessage?channel=C1&text=x'),
	],
	"Slack's chat.scheduleMessage": [
		'scheduled by GET',
		called('https://slack.com/api/chat.scheduleMessage?channel=C1'),
	],
	"Slack's conversations.open and me": [
		'by GET',
		called('https://slack.com/api/chat.meMessage?channel=C1&text=x'),
	],
	'Telegram in capitals': [
		'method names are not case-sensitive',
		called('https://api.telegram.org/bot1/SENDMESSAGE?chat_id=1&text=x'),
	],
	'Telegram in escapes': [
		'the server reads %64 as d',
		called('https://api.telegram.org/bot1/sen%64Message?chat_id=1&text=x'),
	],
	'Telegram forwards': [
		'a message to a person',
		called('https://api.telegram.org/bot1/forwardMessage?chat_id=1'),
	],
	'Telegram copies': ['a message to a person', called('https://api.telegram.org/bot1/copyMessage?chat_id=1')],
	'Telegram with a port': [
		'a message to a person',
		called('https://api.telegram.org:443/bot1/sendMessage?chat_id=1'),
	],
	'Telegram with a dot': [
		'a message to a person',
		called('https://api.telegram.org./bot1/sendMessage?chat_id=1'),
	],
	'Telegram by expression': [
		'a message to a person',
		called('=https://api.telegram.org/bot{{ $vars.token }}/{{ "sendMessage" }}?chat_id=1'),
	],
	'Telegram by a method chosen at run time': [
		'a message to a person',
		called('=https://api.telegram.org/bot1/{{ $json.method }}?chat_id=1'),
	],
	'Telegram through a feed': [
		'RSS Read asks any address by GET',
		besides(
			node(
				'Feed',
				`${BASE}rssFeedRead`,
				{ url: 'https://api.telegram.org/bot1/sendMessage?chat_id=1&text=x' },
				{},
				1.2,
			),
		),
	],
	'a hook through a feed': [
		'RSS Read asks any address by GET',
		besides(
			node('Feed', `${BASE}rssFeedRead`, { url: 'https://maker.ifttt.com/trigger/mail/with/key/x' }, {}, 1.2),
		),
	],
	'a hook through a feed chosen at run time': [
		'RSS Read asks any address by GET',
		besides(node('Feed', `${BASE}rssFeedRead`, { url: '={{ $json.url }}' }, {}, 1.2)),
	],
	'a hook of IFTTT': ['fires by GET', called('https://maker.ifttt.com/trigger/mail/with/key/x')],
	'a hook of Zapier': ['fires by GET', called('https://hooks.zapier.com/hooks/catch/1/x')],
	'a hook of n8n': ['starts a workflow by GET', called('https://n8n.acme.example/webhook/mail')],
	'a script of Google': ['runs by GET', called('https://script.google.com/macros/s/x/exec')],
	'Elastic Email': ['sends by GET', called('https://api.elasticemail.com/v2/email/send?to=x')],
	'the old node by requestMethod': [
		'the old node asks by requestMethod: a mail by POST',
		request({ method: 'GET', requestMethod: 'POST', url: 'https://api.postmarkapp.com/email' }, 2),
	],
	'the oldest node by requestMethod': [
		'the old node asks by requestMethod: a mail by POST',
		request(
			{
				method: 'GET',
				requestMethod: 'POST',
				url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
			},
			1,
		),
	],
	'version 3 with a stale requestMethod': [
		'asks by method',
		request(
			{
				method: 'POST',
				requestMethod: 'GET',
				url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
			},
			3,
		),
	],
	'a version written as text': [
		'n8n reads 4.2 as it is',
		besides({ ...post('Call', 'https://api.postmarkapp.com/email'), typeVersion: '4.2' as never }),
	],
	'an old version written as text': [
		'the old node asks by requestMethod',
		besides({
			...node('Call', `${BASE}httpRequest`, {
				requestMethod: 'POST',
				url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
				options: {},
			}),
			typeVersion: '2' as never,
		}),
	],
	'a method by expression': [
		'a mail by POST',
		request({
			method: '={{ "POST" }}',
			url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
		}),
	],
	'a method chosen at run time': [
		'a mail by POST',
		request({
			method: '={{ $json.method }}',
			url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send',
		}),
	],
	'a method in small letters': [
		'a mail by POST',
		request({ method: 'post', url: 'https://api.hubapi.com/marketing/v3/transactional/single-email/send' }),
	],
	'an action in the query of SNS': [
		'publishes by GET',
		request({
			url: 'https://sns.us-east-1.amazonaws.com/',
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'Action', value: 'Publish' }] },
		}),
	],
	'an action of SQS': [
		'queues by GET',
		request({
			url: 'https://sqs.us-east-1.amazonaws.com/1/mail',
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'Action', value: 'SendMessage' }] },
		}),
	],
	'a path that climbs': [
		'the server reads it as /email',
		request({
			method: 'POST',
			url: 'https://api.hubapi.com/crm/v3/objects/contacts/search/../../../../../marketing/v3/transactional/single-email/send',
		}),
	],
	'a path chosen at run time': [
		'any path of a known host',
		request({ method: 'POST', url: '=https://api.hubapi.com/{{ $json.path }}' }),
	],
	'a base of the settings': ['any host', called("={{ $('Get due deliveries').first().json.base }}/status")],
	'GraphQL by GET': [
		'a mutation to any host',
		besides(
			node(
				'Call',
				`${BASE}graphql`,
				{
					requestMethod: 'GET',
					endpoint: 'https://api.acme.example/graphql',
					query: 'mutation { sendMail }',
				},
				{},
				1.1,
			),
		),
	],
	'a page read by Jina': [
		'its server asks any address by GET',
		besides(
			node('Read', `${BASE}jinaAi`, {
				resource: 'reader',
				operation: 'read',
				url: 'https://api.telegram.org/bot1/sendMessage?chat_id=1&text=x',
			}),
		),
	],
});
