package al.example.ditari;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.widget.CheckBox;
import android.widget.EditText;
import android.widget.Toast;

/** Name and date of birth; nobody under sixteen goes on. They stay on the phone. */
public class ProfileActivity extends Activity {
    static final int MINIMUM_AGE = 16;

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_profile);
        findViewById(R.id.profile_save).setOnClickListener(view -> save());
    }

    private void save() {
        EditText name = findViewById(R.id.name);
        EditText birthDate = findViewById(R.id.birth_date);
        CheckBox crashReport = findViewById(R.id.crash_report);
        if (!oldEnough(birthDate.getText().toString())) {
            Toast.makeText(this, R.string.too_young, Toast.LENGTH_SHORT).show();
            return;
        }
        SharedPreferences.Editor profile = getSharedPreferences("profile", MODE_PRIVATE).edit();
        profile.putString("name", name.getText().toString());
        profile.putString("birth_date", birthDate.getText().toString());
        profile.putBoolean("crash_report", crashReport.isChecked());
        profile.apply();
        finish();
    }

    private static boolean oldEnough(String birthDate) {
        String year = birthDate.substring(birthDate.lastIndexOf('.') + 1);
        return year.matches("\\d{4}") && thisYear() - Integer.parseInt(year) > MINIMUM_AGE;
    }

    private static int thisYear() {
        return java.util.Calendar.getInstance().get(java.util.Calendar.YEAR);
    }
}
