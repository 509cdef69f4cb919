import type { ServerResponse } from 'node:http';

/** A refusal in Grafana's own form: `{message}` with the fields its API adds by kind of error. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly extra: Record<string, unknown> = {}) { super(message); }
}
export const unauthorized = (messageId: string, message: string): ApiError => new ApiError(401, message, { messageId, statusCode: 401, traceID: '' });
export const accessDenied = (permission: string): ApiError => new ApiError(403, `You'll need additional permissions to perform this action. Permissions needed: ${permission}`, { accessErrorId: 'ACE0000000000', title: 'Access denied' });

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'no-store' });
  // A rule that does not exist is a 404 with an empty body, a deleted one a 204.
  response.end(body === undefined ? '' : JSON.stringify(body));
}
