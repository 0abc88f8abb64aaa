import { createHash } from 'node:crypto';
import { ecr as contract } from '../../contracts/ecr';
import type { StandIn, StandInAdmin } from '../shared/server';
import { keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Access key the ECR stand-in takes; it looks for it in the signature and does not check the signature itself. */
export const sandboxAwsKeys = { accessKeyId: 'AKSTANDIN', secretAccessKey: 'stand-in' } as const;

/** What a test may do to the ECR stand-in. */
export interface EcrAdmin extends StandInAdmin {
	/** The pipeline pushes one image under these tags. A tag another image has moves to this one. */
	push(...tags: readonly string[]): void;
	tags(): readonly string[];
	/** All tags of the image that has this one. */
	tagsWith(tag: string): readonly string[];
}

const target = 'AmazonEC2ContainerRegistry_V20150921.';
const amz = 'application/x-amz-json-1.1';

/** Starts Amazon ECR's `DescribeImages` (AWS JSON 1.1). */
export async function startEcr(options: VendorOptions = {}): Promise<StandIn<EcrAdmin>> {
	const clock = options.clock ?? Date.now;
	const images: { tags: string[]; readonly at: number }[] = [];
	const imageOf = (tag: string) => images.find(({ tags }) => tags.includes(tag));
	const faults = vendorFaults({
		throttled: { __type: 'ThrottlingException', message: 'Rate exceeded' },
		broken: { __type: 'ServerException', message: 'The service had an internal error' },
	});
	const { app, ...bench } = keyedBench(
		faults,
		// Signature Version 4 names the service it signs for; another one's signature is none here.
		({ headers }) =>
			new RegExp(`Credential=${sandboxAwsKeys.accessKeyId}/\\d{8}/[a-z0-9-]+/ecr/aws4_request`).test(
				headers.authorization ?? '',
			),
		{
			status: 400,
			body: { __type: 'UnrecognizedClientException', message: 'The security token is invalid.' },
		},
		contract,
	);
	app.post('/', async (request, reply) => {
		void reply.type(amz);
		const action = String(request.headers['x-amz-target'] ?? '');
		if (action !== `${target}DescribeImages`) {
			return reply.code(400).send(JSON.stringify({ __type: 'UnknownOperationException' }));
		}
		const body = (request.body ?? {}) as { repositoryName?: string; imageIds?: { imageTag?: string }[] };
		const asked = (body.imageIds ?? []).map(({ imageTag = '' }) => imageTag);
		const missing = asked.find((tag) => imageOf(tag) === undefined);
		if (missing !== undefined) {
			const message = `The image with imageId {imageDigest:'null', imageTag:'${missing}'} does not exist within the repository with name '${body.repositoryName ?? ''}' in the registry with id '000000000000'`;
			return reply.code(400).send(JSON.stringify({ __type: 'ImageNotFoundException', message }));
		}
		const found = asked.length > 0 ? asked.map(imageOf).filter((image) => image !== undefined) : images;
		return JSON.stringify({
			imageDetails: found.map(({ tags, at }) => ({
				registryId: '000000000000',
				repositoryName: body.repositoryName,
				imageDigest: `sha256:${createHash('sha256').update(`${at} ${images.length}`).digest('hex')}`,
				imageTags: tags,
				imageSizeInBytes: 104_857_600,
				imagePushedAt: at / 1000,
			})),
		});
	});
	const admin: EcrAdmin = {
		...bench.admin,
		push: (...tags) => {
			for (const image of images) image.tags = image.tags.filter((tag) => !tags.includes(tag));
			images.push({ tags: [...tags], at: clock() });
		},
		tags: () => images.flatMap(({ tags }) => tags),
		tagsWith: (tag) => imageOf(tag)?.tags ?? [],
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
