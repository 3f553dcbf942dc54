-- How far a model left the product as it is in the photo.
ALTER TABLE "ai_result" ADD COLUMN "fidelity" DOUBLE PRECISION;
