import { Soon } from '../frame/Soon.tsx'

export const Component = () => <Soon name="members" />
