package androidx.work;

/** Stand-in. */
public final class OneTimeWorkRequest extends WorkRequest {
    OneTimeWorkRequest(Class<? extends ListenableWorker> worker) {
        super(worker);
    }

    /** Stand-in. */
    public static final class Builder {
        private final Class<? extends ListenableWorker> worker;

        public Builder(Class<? extends ListenableWorker> worker) {
            this.worker = worker;
        }

        public OneTimeWorkRequest build() {
            return new OneTimeWorkRequest(worker);
        }
    }
}
