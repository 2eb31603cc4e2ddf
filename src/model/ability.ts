/** What a data plane can do beside splitting nothing at all. `cookie`: matching requests by a cookie; `match-beside-weight`: matches, and a share of all others; `mirror-several`: copies to several versions at once. */
export type Ability =
  | 'weight'
  | 'match-beside-weight'
  | 'header'
  | 'cookie'
  | 'regex'
  | 'mirror'
  | 'mirror-percentage'
  | 'mirror-several'
  | 'baseline'
  | 'affinity';
