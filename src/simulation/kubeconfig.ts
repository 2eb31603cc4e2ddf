/** The kubeconfig of a simulated cluster. */

/**
 * The text of a kubeconfig. kubectl sends no token over plain HTTP, so the server's address carries it too: whoever reads the
 * file could use either.
 */
export function kubeconfigText(url: string, user: string, token: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'simulated', cluster: { server: `${url}/token/${token}` } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'simulated', context: { cluster: 'simulated', user } }],
    'current-context': 'simulated',
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
