/** Two ways to call each command, as they are most often meant. */
export const examples: ReadonlyMap<string, readonly string[]> = new Map([
  ['deploy', ['deploy -f web.yaml --strategy canary --percentage 10', 'deploy -f web.yaml --images app/web:42 --dry-run']],
  ['promote', ['promote -f web.yaml', 'promote -f web.yaml --run web/12']],
  ['reject', ['reject', 'reject -n shop --application web']],
  ['analyze', ["analyze -n shop --soak 5m --metrics $'errors\\nlatency'", 'analyze --metrics errors --prometheus https://prom.shop']],
  ['undo', ['undo -n shop --workloads web', 'undo --to-revision 3 --strategy canary --percentage 10']],
  ['sweep', ['sweep -n shop --older-than 24h', 'sweep --namespaces shop,blog --older-than 8h --dry-run']],
  ['history', ['history -n shop', 'history web -o json']],
  ['approve', ['approve -n shop', 'approve -n shop --application web']],
  ['refuse', ['refuse -n shop', 'refuse -n shop --application web']],
  ['status', ['status -n shop --watch', 'status -o json']],
  ['demo', ['demo', 'demo --fast']],
  ['simulate', ['simulate', 'simulate -f web.yaml --serve=8080']],
  ['lint', ['lint -f k8s/', 'lint -f k8s/ -o sarif > lint.sarif']],
  ['role', ['role web.yaml --strategy canary -n shop', 'role -f k8s/ -n shop | kubectl apply -f -']],
  ['size', ['size web.yaml -n shop', 'size web.yaml --metrics errors --soak 10m --percentage 5']],
  ['judge', ['judge cases.json', 'judge cases.json > judged.json']],
]);
