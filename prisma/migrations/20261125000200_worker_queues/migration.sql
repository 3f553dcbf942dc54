-- The name under which a worker's queue takes entries: whose it is not are a dead one's.
ALTER TABLE "ai_worker_heartbeat" ADD COLUMN "queue_id" TEXT;
