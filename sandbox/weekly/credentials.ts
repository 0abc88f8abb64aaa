import type { PlainCredential } from '../n8n/command';
import type { WorkflowNode } from '../n8n/workflows';
import { sandboxSiteToken, smokeUser } from '../standins/app';
import { sandboxDatadogKeys } from '../standins/datadog';
import { sandboxAwsKeys } from '../standins/ecr';
import { sandboxGitHubToken } from '../standins/github';
import { sandboxIntercomToken } from '../standins/intercom';
import { sandboxSendGridKey } from '../standins/sendgrid';
import { sandboxSlackToken } from '../standins/slack';
import { sandboxStripeKey } from '../standins/stripe';

const credential = (
	id: string,
	name: string,
	type: string,
	data: Readonly<Record<string, unknown>>,
): PlainCredential => ({ id, name, type, data });

/** One credential for each type the release train uses, with real addresses: the proxy leads them to the stand-ins. */
export const weeklyCredentials: readonly PlainCredential[] = [
	credential('rgWeeklyGitHub01', 'GitHub', 'githubApi', {
		server: 'https://api.github.com',
		user: 'release-bot',
		accessToken: sandboxGitHubToken,
	}),
	credential('rgWeeklySlack001', 'Slack', 'slackApi', { accessToken: sandboxSlackToken }),
	credential('rgWeeklyDatadog1', 'Datadog', 'datadogApi', {
		url: 'https://api.datadoghq.com',
		...sandboxDatadogKeys,
	}),
	credential('rgWeeklySendGrid', 'SendGrid', 'sendGridApi', { apiKey: sandboxSendGridKey }),
	credential('rgWeeklyStripe01', 'Stripe in test mode', 'stripeApi', { secretKey: sandboxStripeKey }),
	credential('rgWeeklyIntercom', 'Intercom', 'intercomApi', { apiKey: sandboxIntercomToken }),
	credential('rgWeeklyAws00001', 'AWS', 'aws', { region: 'us-west-2', ...sandboxAwsKeys }),
	credential('rgWeeklySmoke001', 'Smoke test account', 'httpCustomAuth', {
		json: JSON.stringify({ body: smokeUser }),
	}),
	credential('rgWeeklySite0001', 'Changelog', 'httpHeaderAuth', {
		name: 'Authorization',
		value: `Bearer ${sandboxSiteToken}`,
	}),
];

/** The node with the credential a user would choose for it. */
export function withCredential(node: WorkflowNode): WorkflowNode {
	const { nodeCredentialType, genericAuthType } = node.parameters;
	const type = node.type === 'n8n-nodes-base.slack' ? 'slackApi' : (nodeCredentialType ?? genericAuthType);
	const chosen = weeklyCredentials.find((known) => known.type === type);
	return chosen ? { ...node, credentials: { [chosen.type]: { id: chosen.id, name: chosen.name } } } : node;
}
