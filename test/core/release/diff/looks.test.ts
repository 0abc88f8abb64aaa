/** Each way to write a look at a value of another node: a change of the value is a change of whoever looks. */
import { describe, expect, test } from '@jest/globals';
import { assign, both, classBetween, set, shipped, type Edit } from './edits';

/** A value of Set Config that the sender's body looks at in some spelling. */
const readAs = (expression: string): Edit =>
	both(
		assign('Set Config', 'sender', 'a@example.com'),
		set('Send Email', 'jsonBody', `={{ ${expression} }}`),
	);
const changed = assign('Set Config', 'sender', 'b@example.com');
const spellings = [
	"$('Set Config').first().json.sender",
	"$('Set Config').item.json['sender']",
	"$('Set Config').all()[0].json.sender",
	"$('Set Config').last().json?.sender",
	"$('Set Config').itemMatching(0).json.sender",
	'$node["Set Config"].json.sender',
	'$node["Set Config"].json["sender"]',
	'$items("Set Config")[0].json.sender',
	'$item(0).$node["Set Config"].json.sender',
	"`${$('Set Config').first().json.sender}`",
	"((config) => config.sender)($('Set Config').first().json)",
	"(({ sender }) => sender)($('Set Config').first().json)",
	"({ ...$('Set Config').first().json })",
	"Object.values($('Set Config').first().json)",
	"$('Set Config').first().json['sen' + 'der']",
	"$('Set' + ' Config').first().json.sender",
	"['Set Config'].map((name) => $(name).first().json.sender)",
	"['Set Config'].map($)[0].first().json.sender",
	"$('Set Config').params.assignments.assignments.at(-1).value",
	"$jmespath($('Set Config').first().json, 'sender')",
	'$evaluateExpression("{{ $(\'Set Config\').first().json.sender }}")',
];

describe('each way to write a look at a value of Set Config', () => {
	const base = shipped('content-delivery-spine.json');
	test.each(spellings)('%s', (text) => {
		expect(classBetween(base, changed, readAs(text))).toBe('critical');
	});
});
