package retrofit2;

import java.lang.reflect.Proxy;

/** Stand-in: turns an annotated interface into calls. */
public final class Retrofit {
    final String baseUrl;

    Retrofit(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    public <T> T create(Class<T> service) {
        Object made = Proxy.newProxyInstance(
                service.getClassLoader(), new Class<?>[] {service}, (proxy, method, values) -> null);
        return service.cast(made);
    }

    /** Stand-in. */
    public static final class Builder {
        private String baseUrl;

        public Builder baseUrl(String address) {
            baseUrl = address;
            return this;
        }

        public Retrofit build() {
            return new Retrofit(baseUrl);
        }
    }
}
