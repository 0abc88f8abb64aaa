import type { PlainCredential } from '../../testbed/n8n/command';
import type { WorkflowNode } from '../../testbed/n8n/workflows';
import { sandboxSiteToken, smokeUser } from '../../testbed/standins/app';
import { sandboxDatadogKeys } from '../../testbed/standins/datadog';
import { sandboxAwsKeys } from '../../testbed/standins/ecr';
import { sandboxGitHubToken } from '../../testbed/standins/github';
import { sandboxIntercomToken } from '../../testbed/standins/intercom';
import { sandboxSendGridKey } from '../../testbed/standins/sendgrid';
import { sandboxSlackToken } from '../../testbed/standins/slack';
import { sandboxStripeKey } from '../../testbed/standins/stripe';

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
