import { createHash } from 'node:crypto';
import type { StandIn, StandInAdmin } from '../shared/server';
import { keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Access key the ECR stand-in takes; it looks for it in the signature and does not check the signature itself. */
export const sandboxAwsKeys = { accessKeyId: 'AKSTANDIN', secretAccessKey: 'stand-in' } as const;

/** What a test may do to the ECR stand-in. */
export interface EcrAdmin extends StandInAdmin {
	/** The pipeline pushes an image. */
	push(tag: string): void;
	tags(): readonly string[];
}

const target = 'AmazonEC2ContainerRegistry_V20150921.';
const amz = 'application/x-amz-json-1.1';

/** Starts Amazon ECR's `DescribeImages` (AWS JSON 1.1). */
export async function startEcr(options: VendorOptions = {}): Promise<StandIn<EcrAdmin>> {
	const clock = options.clock ?? Date.now;
	const images = new Map<string, number>();
	const faults = vendorFaults({
		throttled: { __type: 'ThrottlingException', message: 'Rate exceeded' },
		broken: { __type: 'ServerException', message: 'The service had an internal error' },
	});
	const { app, ...bench } = keyedBench(
		faults,
		({ headers }) => (headers.authorization ?? '').includes(`Credential=${sandboxAwsKeys.accessKeyId}/`),
		{
			status: 400,
			body: { __type: 'UnrecognizedClientException', message: 'The security token is invalid.' },
		},
	);
	app.post('/', async (request, reply) => {
		void reply.type(amz);
		const action = String(request.headers['x-amz-target'] ?? '');
		if (action !== `${target}DescribeImages`) {
			return reply.code(400).send(JSON.stringify({ __type: 'UnknownOperationException' }));
		}
		const body = (request.body ?? {}) as { repositoryName?: string; imageIds?: { imageTag?: string }[] };
		const asked = (body.imageIds ?? []).map(({ imageTag = '' }) => imageTag);
		const missing = asked.find((tag) => !images.has(tag));
		if (missing !== undefined) {
			const message = `The image with imageId {imageDigest:'null', imageTag:'${missing}'} does not exist within the repository with name '${body.repositoryName ?? ''}' in the registry with id '000000000000'`;
			return reply.code(400).send(JSON.stringify({ __type: 'ImageNotFoundException', message }));
		}
		const tags = asked.length > 0 ? asked : [...images.keys()];
		return JSON.stringify({
			imageDetails: tags.map((tag) => ({
				registryId: '000000000000',
				repositoryName: body.repositoryName,
				imageDigest: `sha256:${createHash('sha256').update(tag).digest('hex')}`,
				imageTags: [tag],
				imageSizeInBytes: 104_857_600,
				imagePushedAt: (images.get(tag) ?? 0) / 1000,
			})),
		});
	});
	const admin: EcrAdmin = {
		...bench.admin,
		push: (tag) => {
			images.set(tag, clock());
		},
		tags: () => [...images.keys()],
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
